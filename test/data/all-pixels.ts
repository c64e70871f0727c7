import type { ImageSplit } from "../../src/data/index.ts";

/** `[N, H, W, C]` of all images of a split. */
export function allPixels({ pixels }: Pick<ImageSplit, "pixels">): Uint8Array {
  return pixels.range(0, pixels.count);
}
