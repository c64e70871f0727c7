/** @file How far values lie around their middle, whatever a few of them do. */
import { median } from "../../statistics/index.ts";

/** A median deviation times this is a standard deviation, of normal values. */
const NORMAL_SCALE = 1.4826;

/** As a standard deviation of normal values is; 0 without values. */
export function robustSpread(values: readonly number[], middle: number = median(values)): number {
  if (values.length === 0) return 0;
  return NORMAL_SCALE * median(values.map((value) => Math.abs(value - middle)));
}
