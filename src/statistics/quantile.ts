/** @file A quantile of some numbers, as NumPy and R's type 7 give it. */

/** Of ascending values, linear between two of them; `share` is 0 to 1. */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  const place = share * (ascending.length - 1);
  const below = ascending[Math.floor(place)]!;
  return below + (ascending[Math.ceil(place)]! - below) * (place - Math.floor(place));
}
