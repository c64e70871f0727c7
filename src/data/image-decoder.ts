/**
 * @file Image files to pixels, by sharp, and BMP by a reader of our own: turned as EXIF says, transparency laid on white, scaled and cropped, padded or
 * stretched to the wanted size, 8 bits. Warnings of a decoder are let pass, errors and files cut short are not. What has
 * sides above `SIDE_LIMIT` or would take more than `DECODE_LIMIT` bytes is refused by its header.
 */
import type { Metadata, Sharp, SharpOptions } from "sharp";
import { IstaNasError } from "../error.ts";
import { UnreadableFile } from "../files/index.ts";
import { BmpImage } from "./bmp-image.ts";
import type { DataFile, DataFolder } from "./data-folder.ts";
import { DECODE_LIMIT, decodeCost, PIXEL_LIMIT, SIDE_LIMIT } from "./decode-cost.ts";
import { type Fit, placementOf } from "./fit.ts";
import type { FolderRules } from "./folder-scan.ts";
import { conversionHint } from "./image-formats.ts";
import { type ChannelCount, type ImageShape, type ImageSize, imageLength } from "./image-split.ts";
import { UnreadableImage } from "./unreadable-image.ts";

type SharpFunction = (input: Uint8Array, options: SharpOptions) => Sharp;

/** Formats by content, whatever the file is called. Vector drawings and documents are not images here. */
const FORMATS = ["jpeg", "png", "webp", "gif", "tiff", "heif"];
/** First bytes of what is one of these formats, though the decoder may not recognise what is left of it. */
const SIGNATURES = ["\x89PNG", "\xff\xd8\xff", "GIF8", "RIFF", "II*\0", "MM\0*"];
/** What a file of HEIC says it can be read as; AVIF, in the same container, says other things. */
const HEIC_BRANDS = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"];

export interface ImageHeader extends ImageSize {
  /** Alpha aside. */
  readonly channels: ChannelCount;
  readonly hasAlpha: boolean;
  /** Bytes that decoding takes at most, the file included. */
  readonly decodeBytes: number;
}

/** The shape that pixels come to, and how. */
export interface FittedShape {
  readonly fit: Fit;
  readonly shape: ImageShape;
}

export class ImageDecoder {
  /** Name and version of what decodes: another one may give other pixels. */
  readonly version: string;
  readonly #sharp: SharpFunction;
  readonly #readsBmp: boolean;

  private constructor(sharp: SharpFunction, version: string, readsBmp: boolean) {
    this.#sharp = sharp;
    this.#readsBmp = readsBmp;
    this.version = version;
  }

  /** With the rules of earlier versions it reads no BMP. Throws `E_IMAGE_DECODER` if sharp has no build for this machine. */
  static async create(rules: FolderRules = "present"): Promise<ImageDecoder> {
    try {
      const { default: sharp } = await import("sharp");
      sharp.concurrency(1); // memory grows with every thread, and images are many
      const readsBmp = rules !== "earlier";
      const version = `sharp ${sharp.versions.sharp} vips ${sharp.versions.vips}${readsBmp ? " bmp 1" : ""}`;
      return new ImageDecoder(sharp, version, readsBmp);
    } catch (cause) {
      throw new IstaNasError(`images: sharp, which decodes them, does not load: ${firstLine(cause)}`, {
        code: "E_IMAGE_DECODER",
        hint: "install again on this machine, with optional packages: npm install --include=optional",
        cause,
      });
    }
  }

  /**
   * Size after turning, channels, and what decoding takes. Throws `UnreadableImage`, for more than `SIDE_LIMIT` or `DECODE_LIMIT` too.
   */
  async header(bytes: Uint8Array): Promise<ImageHeader> {
    const isBmp = this.#isBmp(bytes);
    const metadata = isBmp ? null : await this.#try(bytes, false, (image) => image.metadata());
    if (metadata !== null && !FORMATS.includes(metadata.format)) {
      throw new UnreadableImage(`holds ${metadata.format}, which is not read`);
    }
    const told = metadata === null ? bmpMetadata(BmpImage.open(bytes)) : metadata;
    const { width, height, space, hasAlpha } = told;
    if (Math.max(width, height) > SIDE_LIMIT) {
      throw new UnreadableImage(
        `is too large: ${width}x${height} pixels (width x height), allowed are ${SIDE_LIMIT} on a side`,
      );
    }
    const decodeBytes = bytes.length + decodeCost(told);
    if (decodeBytes > DECODE_LIMIT) {
      throw new UnreadableImage(
        `is too large: ${width}x${height} (width x height) takes up to ${inMebibytes(decodeBytes)} to decode, allowed are ${inMebibytes(DECODE_LIMIT)}`,
      );
    }
    const upright = metadata === null ? { width, height } : metadata.autoOrient;
    return { ...upright, channels: space === "b-w" || space === "grey16" ? 1 : 3, hasAlpha, decodeBytes };
  }

  /** Pixels `[H, W, C]` of a file whose header was found good; what `pad` leaves free is 0. Throws `UnreadableImage`. */
  async decode(bytes: Uint8Array, header: ImageSize, { fit, shape }: FittedShape): Promise<Uint8Array> {
    if (this.#isBmp(bytes)) {
      const bmp = BmpImage.open(bytes);
      const { pixels, channels } = bmp.decode();
      const raw = { height: bmp.height, width: bmp.width, channels };
      const image = this.#sharp(pixels, { raw, limitInputPixels: false });
      return toPixels(image.flatten({ background: "#ffffff" }), header, { fit, shape });
    }
    const work = (image: Sharp) =>
      toPixels(image.autoOrient().flatten({ background: "#ffffff" }), header, { fit, shape });
    return this.#try(bytes, PIXEL_LIMIT, work);
  }

  /** Pixels of one shape to another; what `pad` leaves free is 0. */
  convert(pixels: Uint8Array, from: ImageShape, to: FittedShape): Promise<Uint8Array> {
    return toPixels(this.#sharp(pixels, { raw: from, limitInputPixels: false }), from, to);
  }

  #isBmp(bytes: Uint8Array): boolean {
    return this.#readsBmp && BmpImage.isBmp(bytes);
  }

  async #try<T>(bytes: Uint8Array, limitInputPixels: number | false, work: (image: Sharp) => Promise<T>): Promise<T> {
    if (bytes.length === 0) throw new UnreadableImage("is empty");
    try {
      return await work(this.#sharp(bytes, { failOn: "error", sequentialRead: true, limitInputPixels }));
    } catch (cause) {
      if (cause instanceof UnreadableImage) throw cause;
      throw new UnreadableImage(decodingReason(cause, bytes));
    }
  }
}

/**
 * Opens the image file at `path` in `folder`, hands it to `work` and closes it. Throws `UnreadableImage` if it cannot be opened, is no file, or is larger than
 * `DECODE_LIMIT`. Reading it ahead of the decoder takes less time than waiting.
 */
export async function withImageFile<T>(
  folder: DataFolder,
  path: string,
  work: (file: DataFile) => Promise<T>,
): Promise<T> {
  let file: DataFile | null = null;
  try {
    file = folder.open(path);
    if (file.size > DECODE_LIMIT) {
      throw new UnreadableImage(
        `is too large: a file of ${inMebibytes(file.size)}, allowed are ${inMebibytes(DECODE_LIMIT)}`,
      );
    }
    return await work(file);
  } catch (cause) {
    throw cause instanceof UnreadableFile ? new UnreadableImage(cause.message, true) : cause;
  } finally {
    file?.close();
  }
}

/** What sharp would tell of it. */
function bmpMetadata(bmp: BmpImage): Pick<
  Metadata,
  "width" | "height" | "channels" | "depth" | "space" | "hasAlpha"
> & {
  readonly format: "bmp";
} {
  const { width, height, hasAlpha } = bmp;
  const channels = hasAlpha ? 4 : bmp.channels;
  const space = bmp.channels === 1 ? "b-w" : "srgb";
  return { format: "bmp", width, height, channels, depth: "uchar", space, hasAlpha };
}

async function toPixels(image: Sharp, from: ImageSize, { fit, shape }: FittedShape): Promise<Uint8Array> {
  // A crop is left to the decoder, which then scales both sides alike to the last digit: so images have been made since the first version.
  if (fit === "crop") return scaled(image.resize(shape.width, shape.height, COVER), shape);
  const placed = placementOf(fit, from, shape);
  const inner = { height: placed.height, width: placed.width, channels: shape.channels };
  const pixels = await scaled(image.resize(inner.width, inner.height, { fit: "fill" }), inner);
  if (pixels.length === imageLength(shape)) return pixels;
  const whole = new Uint8Array(imageLength(shape));
  const line = inner.width * shape.channels;
  for (let row = 0; row < inner.height; row++) {
    const start = ((placed.top + row) * shape.width + placed.left) * shape.channels;
    whole.set(pixels.subarray(row * line, (row + 1) * line), start);
  }
  return whole;
}

const COVER = { fit: "cover", position: "centre" } as const;

async function scaled(image: Sharp, shape: ImageShape): Promise<Uint8Array> {
  const pixels = await image
    .toColourspace(shape.channels === 1 ? "b-w" : "srgb")
    .raw({ depth: "uchar" })
    .toBuffer();
  if (pixels.length !== imageLength(shape)) {
    throw new UnreadableImage(`decodes to ${pixels.length} bytes, expected ${imageLength(shape)}`);
  }
  return pixels;
}

function decodingReason(cause: unknown, bytes: Uint8Array): string {
  const line = firstLine(cause);
  if (isHeic(bytes)) return `holds HEIC, which is not read: ${conversionHint("HEIC", "image.heic")}`;
  if (/unknown error/i.test(line)) return "is damaged or cut short";
  if (!/unsupported image format/.test(line)) return `does not decode: ${line}`;
  const start = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  const isDamaged = SIGNATURES.some((signature) => start.startsWith(signature));
  return isDamaged ? "is damaged or cut short" : "is not an image, whatever its name says";
}

/** Whether a container of images lists a brand of HEIC. */
function isHeic(bytes: Uint8Array): boolean {
  const box = Buffer.from(bytes.subarray(0, 64));
  if (box.length < 16 || box.toString("latin1", 4, 8) !== "ftyp") return false;
  const brands = box.toString("latin1", 8, Math.min(box.length, box.readUInt32BE()));
  return HEIC_BRANDS.some((brand) => brands.includes(brand));
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]!.trim();
}
