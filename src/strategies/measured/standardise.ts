/** @file From losses, measured while the weights still learn, to values that can be compared: what a path is better by than its time would have it. */
import { median } from "../../statistics/index.ts";
import { robustSpread } from "./robust-spread.ts";

/** Measurements that the median about each of them is taken over. */
const WINDOW = 151;
const LARGEST = 2;

/**
 * Minus each loss, less the median of those measured about the same time, over a robust spread, cut at 2 on both sides: one network that fails must
 * not outweigh the others.
 *
 * @param losses of one round, in the order in which they were measured; null for one that was not finite, which counts as the worst
 */
export function standardise(losses: readonly (number | null)[]): readonly number[] {
  const worst = losses.reduce<number>((most, loss) => Math.max(most, loss ?? most), -Infinity);
  if (worst === -Infinity) return losses.map(() => 0);
  const taken = losses.map((loss) => loss ?? worst);
  const half = Math.floor(WINDOW / 2);
  const gains = taken.map((loss, index) => median(taken.slice(Math.max(0, index - half), index + half + 1)) - loss);
  const spread = robustSpread(gains, 0);
  return losses.map((loss, index) => {
    if (loss === null) return -LARGEST;
    return spread === 0 ? 0 : Math.max(-LARGEST, Math.min(LARGEST, gains[index]! / spread));
  });
}
