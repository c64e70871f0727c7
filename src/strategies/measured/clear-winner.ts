/** @file Which of several trainings has won. */
import { robustSpread } from "./robust-spread.ts";

/** So many spreads of the rivals' scores: of two dozen the best one is ahead by one or two even where all are alike. */
const CLEARLY = 2;

export interface Winner {
  readonly index: number;
  /** Whom it has not clearly beaten, by index, itself left out: what comes next decides between them. */
  readonly level: readonly number[];
}

/**
 * The least score wins among those that are level, and beside them if it lies clearly below: the best of many scores is better by chance, and better
 * for what trains fast rather than for what is good. Of several that lie clearly below, the least wins, and the others are level with it.
 *
 * @param level indices of those that have proved their worth, one at least
 */
export function clearWinner(scores: readonly number[], level: readonly number[]): Winner {
  const leastOf = (indices: readonly number[]) =>
    indices.reduce((best, index) => (scores[index]! < scores[best]! ? index : best));
  const front = leastOf(level);
  const rivals = scores.map((_, index) => index).filter((index) => !level.includes(index));
  const spread = robustSpread(rivals.map((index) => scores[index]!));
  const clear = rivals.filter((index) => scores[front]! - scores[index]! > CLEARLY * spread);
  const winners = clear.length === 0 ? level : clear;
  const index = leastOf(winners);
  return { index, level: winners.filter((one) => one !== index) };
}
