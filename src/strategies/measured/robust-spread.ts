/** @file A median, and how far values lie around it, whatever a few of them do. */

/** A median deviation times this is a standard deviation, of normal values. */
const NORMAL_SCALE = 1.4826;

/** As a standard deviation of normal values is; 0 without values. */
export function robustSpread(values: readonly number[], middle: number = median(values)): number {
  if (values.length === 0) return 0;
  return NORMAL_SCALE * median(values.map((value) => Math.abs(value - middle)));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
