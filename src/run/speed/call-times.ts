/** @file What many calls of the same thing took, in a few numbers. */
import { quantile } from "../../statistics/index.ts";

export interface CallTimes {
  /** Calls that were timed. */
  readonly calls: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
}

/** `milliseconds` of each call, of `batch` images; the times are of one image. */
export function callTimes(milliseconds: readonly number[], batch: number): CallTimes {
  const ascending = milliseconds.map((time) => time / batch).sort((a, b) => a - b);
  return {
    calls: ascending.length,
    min: ascending[0]!,
    p50: quantile(ascending, 0.5),
    p95: quantile(ascending, 0.95),
  };
}
