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
  /** How often the scale of a channel of mean cost that nothing defends could fall from 1 to 0 in the search. */
  readonly price: number;
  /** Share of all steps of the search in which the price grows from 0. */
  readonly ramp: number;
  /** Of SGD: what a step of a scale comes to in the end is rate / (1 - momentum) times its gradient. */
  readonly learningRate: number;
  readonly momentum: number;
}

/** The published rho, for a search of so many steps. */
export function fullPrice(steps: number, { price, learningRate, momentum }: PriceOptions): number {
  return (price * (1 - momentum)) / (learningRate * steps);
}

/** The price of a step, counted from 0, out of `steps`. */
export function priceAt(step: number, steps: number, options: PriceOptions): number {
  const full = fullPrice(steps, options);
  return options.ramp === 0 ? full : full * Math.min(1, step / (options.ramp * steps));
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
