/** @file Which files are images by their extension, read or not, and what to do with those that are not. */
import { extname } from "node:path";

/** Content is what counts once the extension says that it is an image. */
const READ: readonly string[] = [
  ...[".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".avif"],
  ...[".bmp", ".dib"],
];
/** Read since format 2 of run folders was made: earlier versions passed them over. */
const READ_LATER: readonly string[] = [".bmp", ".dib"];

/** Formats that people have images in and that are not read, by extension. */
const NOT_READ: Readonly<Record<string, string>> = {
  ...{ ".heic": "HEIC", ".heif": "HEIC", ".hif": "HEIC" },
  ...{ ".jp2": "JPEG 2000", ".j2k": "JPEG 2000", ".jpx": "JPEG 2000", ".jxl": "JPEG XL", ".jxr": "JPEG XR" },
  ...{ ".ppm": "PPM", ".pgm": "PGM", ".pbm": "PBM", ".pnm": "PNM", ".tga": "TGA", ".pcx": "PCX", ".ico": "ICO" },
  ...{ ".psd": "PSD", ".xcf": "XCF", ".svg": "SVG", ".exr": "EXR", ".hdr": "HDR", ".dcm": "DICOM" },
  ...{ ".dng": "DNG", ".cr2": "CR2", ".cr3": "CR3", ".nef": "NEF", ".arw": "ARW", ".orf": "ORF", ".rw2": "RW2" },
  ...{ ".raf": "RAF", ".pef": "PEF", ".srw": "SRW" },
};

/** How a file is seen: `read` and `earlier` as an image, by this version and by those that read no BMP. */
export interface ImageFormat {
  readonly isRead: boolean;
  readonly wasReadEarlier: boolean;
  /** What a format that is not read is called. */
  readonly name: string;
}

/** The extensions that are read, for messages. */
export const IMAGE_EXTENSIONS: string = READ.join(" ");

/** The format that the name of a file speaks of, null if it is no image by its name. */
export function imageFormat(fileName: string): ImageFormat | null {
  const extension = extname(fileName).toLowerCase();
  if (READ.includes(extension)) {
    return { isRead: true, wasReadEarlier: !READ_LATER.includes(extension), name: extension.slice(1).toUpperCase() };
  }
  const name = Object.hasOwn(NOT_READ, extension) ? NOT_READ[extension]! : null;
  return name === null ? null : { isRead: false, wasReadEarlier: false, name };
}

/** How to turn files of a format that is not read into ones that are; `example` is one of them. */
export function conversionHint(format: string, example: string): string {
  const extension = extname(example);
  if (format !== "HEIC")
    return `convert them to PNG or JPEG, for example with ImageMagick: magick mogrify -format png *${extension}`;
  return (
    `convert them to JPEG, in the folder: magick mogrify -format jpg *${extension} (ImageMagick), on a Mac ` +
    `sips -s format jpeg *${extension} --out . ; or export them as JPEG from the photo program`
  );
}
