/**
 * @file How a picture of any proportions comes to the size of a network: cropped about its centre, padded, or stretched. Plain arithmetic that reads no
 * file, so that the page fits pictures by the same lines as the engine.
 */
import type { ImageSize } from "./image-split.ts";

/**
 * `crop`: scaled until it covers the size, and what sticks out is cut off. `pad`: scaled until it fits inside, and the rest is filled with the mean colour
 * of the training images. `stretch`: scaled to the size, each side by itself.
 */
export const FITS = ["crop", "pad", "stretch"] as const;

export type Fit = (typeof FITS)[number];

/** Everything that fitting depends on. */
export interface Fitting {
  readonly fit: Fit;
  /** What `pad` fills with: 0 to 255, one a channel. */
  readonly padColour: readonly number[];
}

/** As all versions fitted that knew nothing else. */
export const CROPPED: Fitting = { fit: "crop", padColour: [] };

/** Where the scaled picture lies: pixels, from the upper left corner of what the network sees. Those of a crop are 0 or less. */
export interface Placement extends ImageSize {
  readonly top: number;
  readonly left: number;
}

/** Mean share of pixels above which a crop throws away too much to be chosen unasked. */
export const MOST_CROPPED = 0.2;

/** Where a picture of size `from` lies in one of size `to`, scaled to whole pixels: of an odd number a crop cuts off one more at the top or left, and `pad` adds one more at the bottom or right. */
export function placementOf(fit: Fit, from: ImageSize, to: ImageSize): Placement {
  if (fit === "stretch") return { height: to.height, width: to.width, top: 0, left: 0 };
  const ratios = [to.height / from.height, to.width / from.width] as const;
  const isCrop = fit === "crop";
  const scale = isCrop ? Math.max(...ratios) : Math.min(...ratios);
  const side = (name: keyof ImageSize): number => {
    const scaled = Math.round(from[name] * scale);
    return isCrop ? Math.max(to[name], scaled) : Math.min(to[name], Math.max(1, scaled));
  };
  const [height, width] = [side("height"), side("width")];
  return { height, width, top: Math.floor((to.height - height) / 2), left: Math.floor((to.width - width) / 2) };
}

/** Share of the pixels of a picture of size `from`, 0 to below 1, that a crop to `to` throws away. */
export function cropLoss(from: ImageSize, to: ImageSize): number {
  const [high, wide] = [to.height / from.height, to.width / from.width];
  return 1 - Math.min(high, wide) / Math.max(high, wide);
}

/** `pad` where a crop would throw away more than a fifth of a picture on average, else `crop`. */
export function chooseFit(meanCropLoss: number): Fit {
  return meanCropLoss > MOST_CROPPED ? "pad" : "crop";
}

/**
 * What `pad` fills with, from the mean that pixels are normalised by, 0 to 1 a channel: the nearest colour that 8 bits have, which normalisation makes 0 but
 * for that rounding.
 */
export function padColourOf(mean: readonly number[]): readonly number[] {
  return mean.map((value) => Math.round(255 * value));
}
