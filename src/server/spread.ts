/** At most `limit` numbers from 0 to `count - 1`, evenly spread and ascending, with the first and the last. */
export function spread(count: number, limit: number): readonly number[] {
  if (count <= limit) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: limit }, (_, place) => Math.round((place * (count - 1)) / (limit - 1)));
}
