import { type ImagePixels, imageLength } from "./image-split.ts";

/** Bytes that are read at a time. */
const PART = 1 << 22;

/** All images from the first to the last, or those at `indices` in their order: a few at a time, so that no more of them are in memory. */
export function* pixelParts(pixels: ImagePixels, indices?: ArrayLike<number>): Generator<Uint8Array> {
  const size = Math.max(1, Math.floor(PART / imageLength(pixels.shape)));
  const count = indices?.length ?? pixels.count;
  for (let start = 0; start < count; start += size) {
    const end = Math.min(start + size, count);
    yield indices === undefined
      ? pixels.range(start, end)
      : pixels.read(Array.prototype.slice.call(indices, start, end) as number[]);
  }
}
