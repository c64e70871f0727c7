/**
 * @file Image files to pixels, by sharp: turned as EXIF says, transparency laid on white, scaled and cropped about the centre until
 * the wanted size is covered, 8 bits. Warnings of a decoder are let pass, errors and files cut short are not. What has
 * sides above `SIDE_LIMIT` or would take more than `DECODE_LIMIT` bytes is refused by its header.
 */
import type { Sharp, SharpOptions } from "sharp";
import { IstaNasError } from "../error.ts";
import { RegularFile, UnreadableFile } from "../files/index.ts";
import { type ChannelCount, type ImageShape, type ImageSize, imageLength } from "./data-set.ts";
import { DECODE_LIMIT, decodeCost, PIXEL_LIMIT, SIDE_LIMIT } from "./decode-cost.ts";

type SharpFunction = (input: Uint8Array, options: SharpOptions) => Sharp;

/** Formats by content, whatever the file is called. Vector drawings and documents are not images here. */
const FORMATS = ["jpeg", "png", "webp", "gif", "tiff", "heif"];
/** First bytes of what is one of these formats, though the decoder may not recognise what is left of it. */
const SIGNATURES = ["\x89PNG", "\xff\xd8\xff", "GIF8", "RIFF", "II*\0", "MM\0*"];

/** Why one file is not an image; `isTransient` if another try may fare better. */
export class UnreadableImage extends Error {
  readonly isTransient: boolean;

  constructor(reason: string, isTransient = false) {
    super(reason);
    this.name = "UnreadableImage";
    this.isTransient = isTransient;
  }
}

export interface ImageHeader extends ImageSize {
  /** Alpha aside. */
  readonly channels: ChannelCount;
  readonly hasAlpha: boolean;
  /** Bytes that decoding takes at most, the file included. */
  readonly decodeBytes: number;
}

export class ImageDecoder {
  /** Name and version of what decodes: another one may give other pixels. */
  readonly version: string;
  readonly #sharp: SharpFunction;

  private constructor(sharp: SharpFunction, version: string) {
    this.#sharp = sharp;
    this.version = version;
  }

  /** Throws `E_IMAGE_DECODER` if sharp has no build for this machine. */
  static async create(): Promise<ImageDecoder> {
    try {
      const { default: sharp } = await import("sharp");
      sharp.concurrency(1); // memory grows with every thread, and images are many
      return new ImageDecoder(sharp, `sharp ${sharp.versions.sharp} vips ${sharp.versions.vips}`);
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
    const metadata = await this.#try(bytes, false, (image) => image.metadata());
    const { format, width, height, autoOrient, space, hasAlpha } = metadata;
    if (!FORMATS.includes(format)) throw new UnreadableImage(`holds ${format}, which is not read`);
    if (Math.max(width, height) > SIDE_LIMIT) {
      throw new UnreadableImage(`is too large: ${height}x${width} pixels, allowed are ${SIDE_LIMIT} on a side`);
    }
    const decodeBytes = bytes.length + decodeCost(metadata);
    if (decodeBytes > DECODE_LIMIT) {
      throw new UnreadableImage(
        `is too large: ${height}x${width} takes up to ${inMebibytes(decodeBytes)} to decode, allowed are ${inMebibytes(DECODE_LIMIT)}`,
      );
    }
    return { ...autoOrient, channels: space === "b-w" || space === "grey16" ? 1 : 3, hasAlpha, decodeBytes };
  }

  /** Pixels `[H, W, C]` of a file whose header was found good. Throws `UnreadableImage`. */
  decode(bytes: Uint8Array, shape: ImageShape): Promise<Uint8Array> {
    const work = (image: Sharp) => toPixels(image.autoOrient().flatten({ background: "#ffffff" }), shape);
    return this.#try(bytes, PIXEL_LIMIT, work);
  }

  /** Pixels of one shape to another. */
  convert(pixels: Uint8Array, from: ImageShape, to: ImageShape): Promise<Uint8Array> {
    return toPixels(this.#sharp(pixels, { raw: from, limitInputPixels: false }), to);
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
 * Opens an image file, hands it to `work` and closes it. Throws `UnreadableImage` if it cannot be opened, is no file, or is larger than
 * `DECODE_LIMIT`. Reading it ahead of the decoder takes less time than waiting.
 */
export async function withImageFile<T>(path: string, work: (file: RegularFile) => Promise<T>): Promise<T> {
  let file: RegularFile | null = null;
  try {
    file = RegularFile.open(path, "followed");
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

async function toPixels(image: Sharp, shape: ImageShape): Promise<Uint8Array> {
  const { height, width, channels } = shape;
  const pixels = await image
    .resize(width, height, { fit: "cover", position: "centre" })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .raw({ depth: "uchar" })
    .toBuffer();
  if (pixels.length !== imageLength(shape)) {
    throw new UnreadableImage(`decodes to ${pixels.length} bytes, expected ${imageLength(shape)}`);
  }
  return pixels;
}

function decodingReason(cause: unknown, bytes: Uint8Array): string {
  const line = firstLine(cause);
  if (/unknown error/i.test(line)) return "is damaged or cut short";
  if (!/unsupported image format/.test(line)) return `does not decode: ${line}`;
  const start = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  const isDamaged = SIGNATURES.some((signature) => start.startsWith(signature));
  return isDamaged ? "is damaged or cut short" : "is not an image, whatever its name says";
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]!.trim();
}
