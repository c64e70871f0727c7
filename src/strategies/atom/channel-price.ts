/**
 * @file What a channel costs in the loss of AtomNAS (Mei et al. 2020): price * sum of c_i |scale_i|, by the scales of the batch norms behind the depthwise
 * convolutions, where c_i are the multiply-accumulates of a channel over their mean.
 */
import type { HiddenChannels } from "../../network/index.ts";

/** c_i by the name of the scale: one number for all channels of a window. They stay those of the widest network, as in the published code. */
export function channelWeights(hidden: readonly HiddenChannels[]): ReadonlyMap<string, number> {
  const channels = hidden.reduce((sum, { count }) => sum + count, 0);
  const mean = hidden.reduce((sum, { count, macs }) => sum + count * macs, 0) / channels;
  return new Map(hidden.map(({ scale, macs }) => [scale, macs / mean]));
}

export interface PriceOptions {
  readonly price: number;
  /** Share of all steps of the search in which the price grows from 0. */
  readonly ramp: number;
}

/** The price of a step, counted from 0, out of `steps`. */
export function priceAt(step: number, steps: number, { price, ramp }: PriceOptions): number {
  return ramp === 0 ? price : price * Math.min(1, step / (ramp * steps));
}

/** What is added to the loss: `scales` and `weights` by name. */
export function penaltyOf(
  scales: ReadonlyMap<string, ArrayLike<number>>,
  weights: ReadonlyMap<string, number>,
  price: number,
): number {
  let sum = 0;
  for (const [name, values] of scales) {
    const size = Array.prototype.reduce.call(
      values,
      (total, value) => (total as number) + Math.abs(value as number),
      0,
    );
    sum += weights.get(name)! * (size as number);
  }
  return price * sum;
}
