import { existsSync } from "node:fs";
import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";
import type { ImageShape } from "./data-set.ts";
import { ImageDecoder, withImageFile } from "./image-decoder.ts";
import { UnreadableImage } from "./unreadable-image.ts";

/**
 * Pixels `[H, W, C]` of one image file, decoded, scaled and cropped as the images of a data set are. Throws
 * `E_IMAGE_NOT_FOUND`, `E_IMAGE_UNREADABLE` or `E_IMAGE_DECODER`.
 */
export async function loadImage(path: string, shape: ImageShape): Promise<Uint8Array> {
  if (!existsSync(path)) {
    throw new IstaNasError(`image ${printableName(path)}: no such file`, {
      code: "E_IMAGE_NOT_FOUND",
      kind: "usage",
      hint: "check the spelling",
    });
  }
  const decoder = await ImageDecoder.create();
  try {
    return await withImageFile(path, async (file) => {
      const bytes = file.read();
      await decoder.header(bytes);
      return decoder.decode(bytes, shape);
    });
  } catch (cause) {
    if (!(cause instanceof UnreadableImage)) throw cause;
    throw new IstaNasError(`image ${printableName(path)}: ${cause.message}`, {
      code: "E_IMAGE_UNREADABLE",
      kind: "usage",
      hint: "open it elsewhere to see whether it is whole; jpeg, png, webp, gif, tiff, avif and bmp are read",
      cause,
    });
  }
}
