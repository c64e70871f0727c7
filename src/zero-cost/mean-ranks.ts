/**
 * @file What several scores say together: the mean of the ranks that each of them gives. Abdelfattah et al. 2021 let three scores vote on each pair of
 * architectures; such a vote can go round in a circle, means of ranks cannot.
 */
import { averageRanks } from "../statistics/index.ts";

/**
 * For each architecture the mean of its ranks, the higher the better, from 1 to how many there are; equal values share the mean of theirs.
 * @param rows for each architecture a value for each score, the higher the better; null is below all numbers
 */
export function meanRanks(rows: readonly (readonly (number | null)[])[]): Float64Array {
  const means = new Float64Array(rows.length);
  const count = rows[0]?.length ?? 0;
  for (let score = 0; score < count; score++) {
    const ranks = averageRanks(rows.map((row) => row[score] ?? -Infinity));
    for (let index = 0; index < means.length; index++) means[index]! += ranks[index]! / count;
  }
  return means;
}
