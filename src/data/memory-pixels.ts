import { type ImagePixels, type ImageShape, imageLength } from "./image-split.ts";

/** Pixels that are all in memory. */
export class MemoryPixels implements ImagePixels {
  readonly shape: ImageShape;
  readonly count: number;
  readonly bytes: Uint8Array;

  /** `bytes`: `[N, H, W, C]`. */
  constructor(shape: ImageShape, bytes: Uint8Array) {
    this.shape = shape;
    this.bytes = bytes;
    this.count = bytes.length / imageLength(shape);
  }

  range(start: number, end: number): Uint8Array {
    const length = imageLength(this.shape);
    return this.bytes.subarray(start * length, end * length);
  }

  read(indices: ArrayLike<number>): Uint8Array {
    const length = imageLength(this.shape);
    const pixels = new Uint8Array(indices.length * length);
    for (let i = 0; i < indices.length; i++) pixels.set(this.range(indices[i]!, indices[i]! + 1), i * length);
    return pixels;
  }
}
