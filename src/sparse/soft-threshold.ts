/** @file The shrinkage step of ISTA, eta_t(u) = sign(u) max(|u| - t, 0): the proximal map of t |.|. */

/** The z that minimises 1/2 (z - u)^2 + t |z|, for t >= 0. Gives 0, never -0, inside the threshold. */
export function softThreshold(value: number, threshold: number): number {
  if (value > threshold) return value - threshold;
  if (value < -threshold) return value + threshold;
  return 0;
}
