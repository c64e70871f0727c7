/** @file Which of several trainings has won. */
import { median } from "../../statistics/index.ts";
import { robustSpread } from "./robust-spread.ts";

/** So many spreads of the changes' scores: of two dozen the best one is ahead by one or two even where all are alike. */
const CLEARLY = 2;

export interface Winner {
  readonly index: number;
  /** Whom it has not clearly beaten, by index, itself left out: what comes next decides between them. */
  readonly level: readonly number[];
}

/**
 * By how much a change of an architecture has to be ahead of it: the best of many scores is better by chance, and better for what trains fast rather
 * than for what is good. What most changes gain is of that kind, so one has to stand out from all of them.
 *
 * @param score of the architecture
 * @param changes scores of all changes of one candidate that were tried, the smaller the better
 */
export function clearMargin(score: number, changes: readonly number[]): number {
  // Of one or two nothing is known but that they are ahead.
  if (changes.length < 3) return 0;
  return Math.max(0, score - median(changes)) + CLEARLY * robustSpread(changes);
}

/**
 * The least score wins among those that are level, and beside them if it lies below by more than the margin. Of several that do, the least wins, and
 * the others are level with it.
 *
 * @param level indices of those that have proved their worth, one at least
 */
export function clearWinner(scores: readonly number[], level: readonly number[], margin: number): Winner {
  const leastOf = (indices: readonly number[]) =>
    indices.reduce((best, index) => (scores[index]! < scores[best]! ? index : best));
  const front = leastOf(level);
  const clear = [...scores.keys()].filter(
    (index) => !level.includes(index) && scores[front]! - scores[index]! > margin,
  );
  const winners = clear.length === 0 ? level : clear;
  const index = leastOf(winners);
  return { index, level: winners.filter((one) => one !== index) };
}
