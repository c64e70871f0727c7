/** @file Which of several trainings has won. */
import { robustSpread } from "./robust-spread.ts";

/** So many spreads of the rivals' scores: of two dozen the best one is ahead of the first by one or two even where all are alike. */
const CLEARLY = 2;

/**
 * Index of the least score, if it lies clearly below that of the first one, which is what the others are changes of; else 0. The best of many scores is
 * better by chance, and better for what trains fast rather than for what is good.
 *
 * @param scores two or more
 */
export function clearWinner(scores: readonly number[]): number {
  const [first, ...rivals] = scores as [number, ...number[]];
  const best = Math.min(...rivals);
  return first - best > CLEARLY * robustSpread(rivals) ? 1 + rivals.indexOf(best) : 0;
}
