/**
 * @file By how much two networks differ on the same test images. The interval is Wald's for matched shares with two images added, of which each
 * network has one right that the other has wrong (Agresti and Min 2005): it holds for few images too, and is not empty where all answers agree.
 */
import { NORMAL_QUANTILE } from "../statistics/index.ts";

export interface PairedDifference {
  /** Of the shares of right answers, first less second, -1 to 1. */
  readonly difference: number;
  /** Where the difference on all possible images lies with 95 % confidence. It knows nothing of other seeds of training. */
  readonly interval: readonly [low: number, high: number];
}

const ADDED_IMAGES = 2;
/** Of the added images: one is a difference of half an image for either side, times two. */
const ADDED_SQUARES = 1;

/** `first`, `second`: of each image, 1 if the answer is right and 0 if it is wrong, or a mean of that over several networks. At least one image. */
export function pairedDifference(first: ArrayLike<number>, second: ArrayLike<number>): PairedDifference {
  const images = first.length;
  let sum = 0;
  let squares = 0;
  for (let image = 0; image < images; image++) {
    const difference = first[image]! - second[image]!;
    sum += difference;
    squares += difference ** 2;
  }
  const count = images + ADDED_IMAGES;
  const centre = sum / count;
  const reach = NORMAL_QUANTILE * Math.sqrt(((squares + ADDED_SQUARES) / count - centre ** 2) / count);
  return { difference: sum / images, interval: [Math.max(-1, centre - reach), Math.min(1, centre + reach)] };
}
