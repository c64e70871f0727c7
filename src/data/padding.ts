/**
 * @file Fills what `pad` left free around images. The colour is the mean of what the training images show, which is also the mean of the padded images to
 * the nearest colour: what pads with it shifts that mean towards it, and never past. So `padColourOf` tells it from the normalisation of a run.
 */
import { type Placement, placementOf } from "./fit.ts";
import { type ImageShape, type ImageSize, imageLength } from "./image-split.ts";

export interface PaddedImages {
  readonly shape: ImageShape;
  /** `[N, H, W, C]`, changed in place. */
  readonly pixels: Uint8Array;
  /** Height and width of each image as it was found, `[N, 2]`. */
  readonly sizes: Uint16Array;
}

/** Fills the padding of all images with `colour`, or else with the mean colour of those at `training`. */
export function fillPadding(images: PaddedImages, training: Uint32Array, colour?: readonly number[]): void {
  const filled = colour ?? meanColour(images, training);
  const { shape, pixels, sizes } = images;
  const length = imageLength(shape);
  for (let image = 0; image < sizes.length / 2; image++) {
    const placement = placementOf("pad", sizeOf(sizes, image), shape);
    const outside = rowsOutside(placement, shape);
    for (const [start, end] of outside) {
      for (let at = image * length + start; at < image * length + end; at++) {
        pixels[at] = filled[(at - image * length) % shape.channels]!;
      }
    }
  }
}

/** Height and width of an image as it was found. */
export function sizeOf(sizes: Uint16Array, image: number): ImageSize {
  return { height: sizes[2 * image]!, width: sizes[2 * image + 1]! };
}

/** Of what images show, padding aside: from exact sums, to the nearest of 8 bits. Black for no image. */
function meanColour({ shape, pixels, sizes }: PaddedImages, indices: Uint32Array): readonly number[] {
  const { channels, width } = shape;
  const length = imageLength(shape);
  const sums = new Float64Array(channels);
  let count = 0;
  for (const image of indices) {
    const placed = placementOf("pad", sizeOf(sizes, image), shape);
    for (let row = placed.top; row < placed.top + placed.height; row++) {
      const start = image * length + (row * width + placed.left) * channels;
      for (let at = 0; at < placed.width * channels; at++) sums[at % channels]! += pixels[start + at]!;
    }
    count += placed.height * placed.width;
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
