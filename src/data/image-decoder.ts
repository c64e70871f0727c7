/**
 * @file Image files to pixels, by sharp: turned as EXIF says, transparency laid on white, scaled and cropped about the centre until
 * the wanted size is covered, 8 bits. Warnings of a decoder are let pass, errors and files cut short are not.
 */
import { readFileSync } from "node:fs";
import type { Sharp, SharpOptions } from "sharp";
import { IstaNasError } from "../error.ts";
import { type ChannelCount, type ImageShape, type ImageSize, imageLength } from "./data-set.ts";

type SharpFunction = (input: Uint8Array, options: SharpOptions) => Sharp;

/** Formats by content, whatever the file is called. Vector drawings and documents are not images here. */
const FORMATS = ["jpeg", "png", "webp", "gif", "tiff", "heif"];

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
      return new ImageDecoder(sharp, `sharp ${sharp.versions.sharp} vips ${sharp.versions.vips}`);
    } catch (cause) {
      throw new IstaNasError(`images: sharp, which decodes them, does not load: ${firstLine(cause)}`, {
        code: "E_IMAGE_DECODER",
        hint: "install again on this machine, with optional packages: npm install --include=optional",
        cause,
      });
    }
  }

  /** Size after turning, and channels. Throws `UnreadableImage`. */
  async header(bytes: Uint8Array): Promise<ImageHeader> {
    const { format, autoOrient, space, hasAlpha } = await this.#try(bytes, (image) => image.metadata());
    if (!FORMATS.includes(format)) throw new UnreadableImage(`holds ${format}, which is not read`);
    return { ...autoOrient, channels: space === "b-w" || space === "grey16" ? 1 : 3, hasAlpha };
  }

  /** Pixels `[H, W, C]` of a file. Throws `UnreadableImage`. */
  decode(bytes: Uint8Array, shape: ImageShape): Promise<Uint8Array> {
    return this.#try(bytes, (image) => toPixels(image.autoOrient().flatten({ background: "#ffffff" }), shape));
  }

  /** Pixels of one shape to another. */
  convert(pixels: Uint8Array, from: ImageShape, to: ImageShape): Promise<Uint8Array> {
    return toPixels(this.#sharp(pixels, { raw: from }), to);
  }

  async #try<T>(bytes: Uint8Array, work: (image: Sharp) => Promise<T>): Promise<T> {
    if (bytes.length === 0) throw new UnreadableImage("is empty");
    try {
      return await work(this.#sharp(bytes, { failOn: "error" }));
    } catch (cause) {
      throw new UnreadableImage(decodingReason(cause));
    }
  }
}

/** The bytes of a file. Throws `UnreadableImage` with the system's reason. Reading ahead of the decoder takes less time than waiting. */
export function readImageFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UnreadableImage(`cannot be opened: ${firstLine(cause)}`, true);
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

function decodingReason(cause: unknown): string {
  const line = firstLine(cause);
  return /unsupported image format/.test(line) ? "is not an image, whatever its name says" : `does not decode: ${line}`;
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]!.trim();
}
