import { existsSync } from "node:fs";
import { IstaNasError } from "../error.ts";
import type { ImageShape } from "./data-set.ts";
import { ImageDecoder, readImageFile, UnreadableImage } from "./image-decoder.ts";

/**
 * Pixels `[H, W, C]` of one image file, decoded, scaled and cropped as the images of a data set are. Throws
 * `E_IMAGE_NOT_FOUND`, `E_IMAGE_UNREADABLE` or `E_IMAGE_DECODER`.
 */
export async function loadImage(path: string, shape: ImageShape): Promise<Uint8Array> {
  if (!existsSync(path)) {
    throw new IstaNasError(`image ${path}: no such file`, {
      code: "E_IMAGE_NOT_FOUND",
      kind: "usage",
      hint: "check the spelling",
    });
  }
  const decoder = await ImageDecoder.create();
  try {
    const bytes = readImageFile(path);
    await decoder.header(bytes);
    return await decoder.decode(bytes, shape);
  } catch (cause) {
    if (!(cause instanceof UnreadableImage)) throw cause;
    throw new IstaNasError(`image ${path}: ${cause.message}`, {
      code: "E_IMAGE_UNREADABLE",
      kind: "usage",
      hint: "open it elsewhere to see whether it is whole; jpeg, png, webp, gif, tiff and avif are read",
      cause,
    });
  }
}
