/** @file Ranks from 1 for the smallest value; equal values share the mean of their ranks. */

/** Infinite values have their places at the ends; a NaN has none. Throws `RangeError` for one. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (value, index) => {
    if (Number.isNaN(value)) throw new RangeError(`ranks: value ${index} got NaN, expected a number`);
    return index;
  });
  order.sort((a, b) => compare(values[a]!, values[b]!));
  const ranks = new Float64Array(order.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    for (let place = first; place < end; place++) ranks[order[place]!] = (first + 1 + end) / 2;
    first = end;
  }
  return ranks;
}

/** The difference of two infinite values is no number. */
function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
