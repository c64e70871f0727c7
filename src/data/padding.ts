/**
 * @file Fills what `pad` left free around images. The colour is the mean of what the training images show, which is also the mean of the padded images to
 * the nearest colour: what pads with it shifts that mean towards it, and never past. So `padColourOf` tells it from the normalisation of a run.
 */
import { type Placement, placementOf } from "./fit.ts";
import { type ImagePixels, type ImageShape, type ImageSize, imageLength } from "./image-split.ts";
import { pixelParts } from "./pixel-parts.ts";

/** Images whose padding is filled when they are read. */
export class FilledPixels implements ImagePixels {
  readonly shape: ImageShape;
  readonly count: number;
  readonly padded: ImagePixels;
  /** Height and width of each image as it was found, `[N, 2]`. */
  readonly sizes: Uint16Array;
  readonly colour: readonly number[];

  /** `colour`: one number a channel. */
  constructor(padded: ImagePixels, sizes: Uint16Array, colour: readonly number[]) {
    this.shape = padded.shape;
    this.count = padded.count;
    this.padded = padded;
    this.sizes = sizes;
    this.colour = colour;
  }

  range(start: number, end: number): Uint8Array {
    return this.#filled(this.padded.range(start, end).slice(), (i) => start + i);
  }

  read(indices: ArrayLike<number>): Uint8Array {
    return this.#filled(this.padded.read(indices).slice(), (i) => indices[i]!);
  }

  #filled(pixels: Uint8Array, imageAt: (i: number) => number): Uint8Array {
    const { shape, sizes, colour } = this;
    const length = imageLength(shape);
    for (let i = 0; i < pixels.length / length; i++) {
      const placement = placementOf("pad", sizeOf(sizes, imageAt(i)), shape);
      for (const [start, end] of rowsOutside(placement, shape)) {
        for (let at = start; at < end; at++) pixels[i * length + at] = colour[at % shape.channels]!;
      }
    }
    return pixels;
  }
}

/** Height and width of an image as it was found. */
export function sizeOf(sizes: Uint16Array, image: number): ImageSize {
  return { height: sizes[2 * image]!, width: sizes[2 * image + 1]! };
}

/** Of what images show, padding aside: from exact sums, to the nearest of 8 bits. Black for no image. */
export function meanColour(padded: ImagePixels, sizes: Uint16Array, indices: Uint32Array): readonly number[] {
  const { channels, width } = padded.shape;
  const length = imageLength(padded.shape);
  const sums = new Float64Array(channels);
  let [i, count] = [0, 0];
  for (const pixels of pixelParts(padded, indices)) {
    for (let image = 0; image < pixels.length; image += length) {
      const placed = placementOf("pad", sizeOf(sizes, indices[i++]!), padded.shape);
      for (let row = placed.top; row < placed.top + placed.height; row++) {
        const start = image + (row * width + placed.left) * channels;
        for (let at = 0; at < placed.width * channels; at++) sums[at % channels]! += pixels[start + at]!;
      }
      count += placed.height * placed.width;
    }
  }
  return Array.from(sums, (sum) => (count === 0 ? 0 : Math.round(sum / count)));
}

/** Bytes of an image that are padding, from where to where. */
function* rowsOutside(
  placed: Placement,
  { height, width, channels }: ImageShape,
): Generator<readonly [number, number]> {
  const { top, left } = placed;
  for (let row = 0; row < height; row++) {
    const [start, end] = [row * width * channels, (row + 1) * width * channels];
    if (row < top || row >= top + placed.height) yield [start, end];
    else {
      yield [start, start + left * channels];
      yield [start + (left + placed.width) * channels, end];
    }
  }
}
