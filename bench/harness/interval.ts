/** @file A mean over seeds, and how far off it may be. */

import { mean } from "../../src/statistics/index.ts";

/** 97.5 % of Student's t, by degrees of freedom from 1 on. */
const QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

export interface Interval {
  readonly mean: number;
  /** Half of the interval in which the mean lies with 95 %, by Student's t; null for one value, or more than ten. */
  readonly half: number | null;
}

export function intervalOf(values: readonly number[]): Interval {
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  const quantile = QUANTILES[values.length - 2];
  return { mean: centre, half: quantile === undefined ? null : quantile * Math.sqrt(variance / values.length) };
}

/** `93.76 +- 0.12` */
export function formatInterval({ mean, half }: Interval): string {
  return half === null ? mean.toFixed(2) : `${mean.toFixed(2)} +- ${half.toFixed(2)}`;
}
