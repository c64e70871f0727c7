/**
 * @file Kendall's tau-b (Kendall 1945), in n log n steps by counting the exchanges of a merge sort (Knight 1966): (C - D) / sqrt((C + D + X)(C + D + Y))
 * with C concordant pairs, D discordant ones, and X and Y those tied in one of the two alone.
 */
import { averageRanks } from "./average-ranks.ts";

/**
 * From -1 to 1; null where all values of one list are equal, or there are less than two.
 * Throws `RangeError` for lists of different lengths and for NaN.
 */
export function kendallTau(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  if (x.length !== y.length) throw new RangeError(`tau: got ${x.length} and ${y.length} values, expected as many`);
  const [first, second] = [averageRanks(x), averageRanks(y)];
  const order = Array.from(first, (_, index) => index);
  order.sort((a, b) => first[a]! - first[b]! || second[a]! - second[b]!);
  const sorted = order.map((index) => second[index]!);
  const pairs = (order.length * (order.length - 1)) / 2;
  const tiedInFirst = tiedPairs(order, (a, b) => first[a] === first[b]);
  const tiedInBoth = tiedPairs(order, (a, b) => first[a] === first[b] && second[a] === second[b]);
  const discordant = sortCounting(sorted);
  const tiedInSecond = tiedPairs(sorted, (a, b) => a === b);
  const untied = Math.sqrt((pairs - tiedInFirst) * (pairs - tiedInSecond));
  if (untied === 0) return null;
  const difference = pairs - tiedInFirst - tiedInSecond + tiedInBoth - 2 * discordant;
  return Math.max(-1, Math.min(1, difference / untied));
}

/** Pairs of equal items, where equal ones stand side by side. */
function tiedPairs(items: readonly number[], areEqual: (a: number, b: number) => boolean): number {
  let pairs = 0;
  let before = 0;
  for (let place = 1; place < items.length; place++) {
    before = areEqual(items[place - 1]!, items[place]!) ? before + 1 : 0;
    pairs += before;
  }
  return pairs;
}

/** Sorts in place by merging; returns how many pairs stood in the wrong order. */
function sortCounting(values: number[]): number {
  let exchanges = 0;
  const merged = values.slice();
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let [left, right] = [start, middle];
      for (let place = start; place < end; place++) {
        const takesLeft = right === end || (left < middle && values[left]! <= values[right]!);
        if (!takesLeft) exchanges += middle - left;
        merged[place] = takesLeft ? values[left++]! : values[right++]!;
      }
    }
    for (const [place, value] of merged.entries()) values[place] = value;
  }
  return exchanges;
}
