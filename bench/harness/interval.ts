/** @file A mean over seeds as tables have it. */
import type { MeanInterval } from "../../src/statistics/index.ts";

/** `93.76 +- 0.12`, of 95 % by Student's t. */
export function formatInterval({ mean, half }: MeanInterval): string {
  return half === null ? mean.toFixed(2) : `${mean.toFixed(2)} +- ${half.toFixed(2)}`;
}
