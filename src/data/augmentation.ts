/**
 * @file The augmentation that the DARTS family trains with: random crop, or a random-resized one, horizontal flip, colour jitter, cutout (DeVries & Taylor), in
 * that order. The border of a crop and the square of a cutout are 0 after normalisation, which is the mean colour; the DARTS code pads
 * with black before it normalises. A cutout of odd size keeps its size; the DARTS code rounds it down to even.
 */
import { IstaNasError } from "../error.ts";
import type { RandomStream } from "../random/index.ts";
import { type ColourChange, changeColours, drawColourJitter } from "./colour-jitter.ts";
import { type ImageShape, type ImageSize, imageLength } from "./image-split.ts";
import { drawResizedCrop, type ImageBox, scaleBox } from "./resized-crop.ts";

export interface Augmentation {
  /** Pixels of border on each side out of which an image of the old size is cropped; 0 is off. 4 is usual for 32x32. */
  readonly cropPadding: number;
  /** Mirror left and right with probability 1/2. */
  readonly horizontalFlip: boolean;
  /** Side of the square that is blanked, in pixels; 0 is off. Its centre is anywhere, so it may stick out. 16 is usual for 32x32. */
  readonly cutoutSize: number;
  /** Least share of its area that a random box keeps, which is scaled to the size of the image, in the place of a padded crop. 0.08 is usual for ImageNet. Default: none. */
  readonly resizedCrop?: number | undefined;
  /** How far brightness, contrast and saturation change, as a share. 0.4 is usual for ImageNet. Default: not at all. */
  readonly colourJitter?: number | undefined;
  /** How far the hue turns either way, as a share of the wheel. Default: not at all. */
  readonly hueJitter?: number | undefined;
}

/** Images as they are. */
export const NO_AUGMENTATION: Augmentation = { cropPadding: 0, horizontalFlip: false, cutoutSize: 0 };

/** What is done to one image. */
export interface AugmentationDraw {
  /** Rows and columns that the crop lies below and to the right of the image; negative is above and to the left. */
  readonly cropTop: number;
  readonly cropLeft: number;
  readonly isFlipped: boolean;
  /** First row and column of the blanked square, which may lie outside the image; null is none. */
  readonly cutout: { readonly top: number; readonly left: number; readonly size: number } | null;
  /** What is scaled to the size of the image; missing: all of it. */
  readonly box?: ImageBox;
  /** In their order; missing: none. */
  readonly colours?: readonly ColourChange[];
}

/** Largest value of each share. */
const SHARES = { resizedCrop: 1, colourJitter: 1, hueJitter: 0.5 } as const;

/** Throws `E_AUGMENTATION` unless padding and cutout are whole numbers that fit the image, shares are shares, and there is one crop. */
export function assertAugmentation(augmentation: Augmentation, size: ImageSize): void {
  const side = Math.min(size.height, size.width);
  const limits = { cropPadding: side - 1, cutoutSize: side } as const;
  for (const option of ["cropPadding", "cutoutSize"] as const) {
    const value = augmentation[option];
    if (Number.isInteger(value) && value >= 0 && value <= limits[option]) continue;
    throw new IstaNasError(
      `augmentation: ${option} got ${value}, expected a whole number from 0 to ${limits[option]}`,
      {
        code: "E_AUGMENTATION",
        kind: "usage",
        hint: `the images are ${size.width}x${size.height} (width x height): choose a smaller one, or 0 to switch it off`,
      },
    );
  }
  for (const option of ["resizedCrop", "colourJitter", "hueJitter"] as const) {
    const { [option]: value = 0 } = augmentation;
    if (value >= 0 && value <= SHARES[option]) continue;
    throw new IstaNasError(`augmentation: ${option} got ${value}, expected a number from 0 to ${SHARES[option]}`, {
      code: "E_AUGMENTATION",
      kind: "usage",
    });
  }
  const { cropPadding, resizedCrop = 0 } = augmentation;
  if (cropPadding === 0 || resizedCrop === 0) return;
  throw new IstaNasError(
    `augmentation: got a crop of ${cropPadding} pixels beside a resized crop, expected one of them`,
    {
      code: "E_AUGMENTATION",
      kind: "usage",
      hint: "leave out --crop or --resized-crop",
    },
  );
}

/** Draws for one image; options that are off draw nothing. */
export function drawAugmentation(stream: RandomStream, augmentation: Augmentation, size: ImageSize): AugmentationDraw {
  const { cropPadding, horizontalFlip, cutoutSize, resizedCrop = 0, colourJitter = 0, hueJitter = 0 } = augmentation;
  const shift = (): number => (cropPadding === 0 ? 0 : stream.integer(2 * cropPadding + 1) - cropPadding);
  const cropTop = shift();
  const cropLeft = shift();
  const box = resizedCrop === 0 ? {} : { box: drawResizedCrop(stream, size, resizedCrop) };
  const isFlipped = horizontalFlip && stream.integer(2) === 1;
  const changes = drawColourJitter(stream, colourJitter, hueJitter);
  const placed = { cropTop, cropLeft, isFlipped, ...box, ...(changes.length === 0 ? {} : { colours: changes }) };
  if (cutoutSize === 0) return { ...placed, cutout: null };
  const half = Math.floor(cutoutSize / 2);
  const top = stream.integer(size.height) - half;
  const left = stream.integer(size.width) - half;
  return { ...placed, cutout: { top, left, size: cutoutSize } };
}

/** One image `[H, W, C]` among the pixels of many. */
export interface PixelSource {
  readonly shape: ImageShape;
  readonly pixels: Uint8Array;
  /** Where the image starts. */
  readonly offset: number;
}

/**
 * Normalises by `table` (`[C, 256]`, see `normalisationTable`), augments, and writes `[H, W, C]` to `destination` from
 * `destinationOffset` on.
 */
export function writeAugmented(
  source: PixelSource,
  draw: AugmentationDraw,
  table: Float32Array,
  destination: Float32Array,
  destinationOffset: number,
): void {
  const { pixels } = source;
  const { height, width, channels } = source.shape;
  const { cropTop, cropLeft, isFlipped, cutout } = draw;
  const changed = draw.box === undefined && draw.colours === undefined ? null : changedImage(source, draw, table);
  const offset = changed === null ? source.offset : 0;
  const firstColumn = Math.max(0, -cropLeft);
  const columnCount = width - Math.abs(cropLeft);
  const target = isFlipped ? width - 1 - firstColumn : firstColumn;
  const step = isFlipped ? -channels : channels;
  destination.fill(0, destinationOffset, destinationOffset + height * width * channels);
  for (let row = Math.max(0, -cropTop); row < Math.min(height, height - cropTop); row++) {
    const rowSource = offset + ((row + cropTop) * width + cropLeft + firstColumn) * channels;
    const rowTarget = destinationOffset + (row * width + target) * channels;
    for (let channel = 0; channel < channels; channel++) {
      const base = channel * 256;
      let from = rowSource + channel;
      let to = rowTarget + channel;
      if (changed === null) {
        for (let column = 0; column < columnCount; column++) {
          destination[to] = table[base + pixels[from]!]!;
          from += channels;
          to += step;
        }
      } else {
        for (let column = 0; column < columnCount; column++) {
          destination[to] = changed[from]!;
          from += channels;
          to += step;
        }
      }
    }
  }
  if (cutout === null) return;
  const left = Math.max(0, cutout.left);
  const right = Math.max(left, Math.min(width, cutout.left + cutout.size));
  for (let row = Math.max(0, cutout.top); row < Math.min(height, cutout.top + cutout.size); row++) {
    const start = destinationOffset + row * width * channels;
    destination.fill(0, start + left * channels, start + right * channels);
  }
}

/** The image in its box and in its colours, normalised: the table is linear, and of what lies between its values it is read as a line. */
function changedImage(
  { shape, pixels, offset }: PixelSource,
  draw: AugmentationDraw,
  table: Float32Array,
): Float32Array {
  const { channels } = shape;
  const length = imageLength(shape);
  const image =
    draw.box === undefined
      ? Float32Array.from(pixels.subarray(offset, offset + length))
      : scaleBox(pixels, offset, shape, draw.box);
  for (let at = 0; at < length; at++) image[at]! /= 255;
  if (draw.colours !== undefined) changeColours(image, channels, draw.colours);
  for (let channel = 0; channel < channels; channel++) {
    const black = table[channel * 256]!;
    const range = table[channel * 256 + 255]! - black;
    for (let at = channel; at < length; at += channels) image[at] = black + image[at]! * range;
  }
  return image;
}
