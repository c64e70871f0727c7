/** Seconds since some moment, never going back. */
export function monotonicSeconds(): number {
  return performance.now() / 1000;
}
