/** @file A mean of few values, and where the mean of all that they could have been lies: Student's t. */
import { mean } from "./mean.ts";
import { studentQuantile } from "./student-quantile.ts";

export interface MeanInterval {
  readonly mean: number;
  /** Of the sample, n - 1 in its denominator; null for one value. */
  readonly standardDeviation: number | null;
  /** Half of the interval around the mean; null for one value. */
  readonly half: number | null;
}

/** At least one value; `confidence` between 0 and 1, by default 0.95. Values are taken for independent draws of a normal distribution. */
export function meanInterval(values: readonly number[], confidence = 0.95): MeanInterval {
  const count = values.length;
  const centre = mean(values);
  if (count < 2) return { mean: centre, standardDeviation: null, half: null };
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const standardDeviation = Math.sqrt(squares / (count - 1));
  const half = (studentQuantile((1 + confidence) / 2, count - 1) * standardDeviation) / Math.sqrt(count);
  return { mean: centre, standardDeviation, half };
}
