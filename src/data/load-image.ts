import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { toSystemPath } from "../files/index.ts";
import { DiskFolder } from "./disk-folder.ts";
import { CROPPED, type Fitting } from "./fit.ts";
import { ImageDecoder, withImageFile } from "./image-decoder.ts";
import { ImageFailure } from "./image-failure.ts";
import { conversionHint, imageFormat } from "./image-formats.ts";
import type { ImageShape } from "./image-split.ts";
import { MemoryPixels } from "./memory-pixels.ts";
import { FilledPixels } from "./padding.ts";
import { UnreadableImage } from "./unreadable-image.ts";

/**
 * Pixels `[H, W, C]` of one image file, decoded, scaled and fitted as the images of a data set are, by default cropped. Throws
 * `ImageFailure` (`E_IMAGE_NOT_FOUND`, `E_IMAGE_UNREADABLE`) or `E_IMAGE_DECODER`.
 */
export async function loadImage(path: string, shape: ImageShape, fitting: Fitting = CROPPED): Promise<Uint8Array> {
  if (!existsSync(toSystemPath(path))) throw notFound(path);
  const decoder = await ImageDecoder.create();
  try {
    return await withImageFile(new DiskFolder(dirname(path)), basename(path), async (file) => {
      const bytes = file.read();
      const header = await decoder.header(bytes);
      const { fit, padColour } = fitting;
      const pixels = await decoder.decode(bytes, header, { fit, shape });
      const sizes = Uint16Array.of(header.height, header.width);
      if (fit !== "pad") return pixels;
      const colour = padColour ?? new Array<number>(shape.channels).fill(0);
      return new FilledPixels(new MemoryPixels(shape, pixels), sizes, colour).range(0, 1);
    });
  } catch (cause) {
    if (!(cause instanceof UnreadableImage)) throw cause;
    const format = imageFormat(path);
    const hint =
      format?.isRead === false && format.name !== "HEIC"
        ? `${format.name} is not read: ${conversionHint(format.name, path)}`
        : "open it elsewhere to see whether it is whole; jpeg, png, webp, gif, tiff, avif and bmp are read";
    throw new ImageFailure(path, cause.message, { code: "E_IMAGE_UNREADABLE", hint, cause });
  }
}

/** A shell hands a pattern over as it is if no name matches. */
function notFound(path: string): ImageFailure {
  const isPattern = /[*?[]/.test(path);
  return new ImageFailure(path, isPattern ? "no file matches this pattern" : "no such file", {
    code: "E_IMAGE_NOT_FOUND",
    hint: isPattern ? "give the folder itself: all images in it are taken" : "check the spelling",
  });
}
