import type { ImagePixels, ImageShape } from "./image-split.ts";

/** Some of the images of a whole, by their places in it, ascending. */
export class ChosenPixels implements ImagePixels {
  readonly shape: ImageShape;
  readonly count: number;
  readonly whole: ImagePixels;
  readonly places: Uint32Array;

  constructor(whole: ImagePixels, places: Uint32Array) {
    this.shape = whole.shape;
    this.count = places.length;
    this.whole = whole;
    this.places = places;
  }

  range(start: number, end: number): Uint8Array {
    const [first = 0, last = first] = [this.places[start], this.places[end - 1]];
    const liesSideBySide = last - first === end - 1 - start;
    return liesSideBySide ? this.whole.range(first, last + 1) : this.whole.read(this.places.subarray(start, end));
  }

  read(indices: ArrayLike<number>): Uint8Array {
    return this.whole.read(Uint32Array.from(indices, (index) => this.places[index]!));
  }
}
