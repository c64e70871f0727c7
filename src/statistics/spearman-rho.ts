/** @file Spearman's rho: the correlation of ranks, where equal values share the mean of theirs. */
import { averageRanks } from "./average-ranks.ts";

/** From -1 to 1; null where all values of one list are equal, or there are less than two. Throws as `kendallTau` does. */
export function spearmanRho(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  if (x.length !== y.length) throw new RangeError(`rho: got ${x.length} and ${y.length} values, expected as many`);
  const [first, second] = [averageRanks(x), averageRanks(y)];
  const mean = (x.length + 1) / 2;
  let [product, ofFirst, ofSecond] = [0, 0, 0];
  for (let index = 0; index < x.length; index++) {
    const [a, b] = [first[index]! - mean, second[index]! - mean];
    product += a * b;
    ofFirst += a * a;
    ofSecond += b * b;
  }
  const scale = Math.sqrt(ofFirst * ofSecond);
  return scale === 0 ? null : Math.max(-1, Math.min(1, product / scale));
}
