/** @file Where a statistic would lie in another sample: percentiles over samples that are drawn from this one with replacement (Efron 1979). */
import type { RandomStream } from "../random/index.ts";
import { quantile } from "./quantile.ts";

export interface BootstrapOptions {
  /** Items of the sample. */
  readonly count: number;
  readonly stream: RandomStream;
  /** Samples that are drawn. Default: 1000. */
  readonly draws?: number;
  /** Between 0 and 1. Default: 0.95. */
  readonly confidence?: number;
}

/**
 * The middle `confidence` of the values of `statistic`, which is given the items of a draw by their index. A draw without a value, null, counts
 * for nothing; null if none has one.
 */
export function bootstrapInterval(
  { count, stream, draws = 1000, confidence = 0.95 }: BootstrapOptions,
  statistic: (items: readonly number[]) => number | null,
): readonly [low: number, high: number] | null {
  const values: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const value = statistic(Array.from({ length: count }, () => stream.integer(count)));
    if (value !== null) values.push(value);
  }
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  return [quantile(values, (1 - confidence) / 2), quantile(values, (1 + confidence) / 2)];
}
