/** @file Which architectures are ranked by shared weights, one after the other: what comes next may depend on the scores so far. */
import type { Supports } from "../choice/index.ts";

/** An architecture that was ranked. */
export interface Entry {
  readonly supports: Supports;
  /** The smaller the better; null if it was not finite, which is the worst. */
  readonly score: number | null;
}

export interface Contest {
  /** Null once it is over. */
  readonly next: Supports | null;
  /** The score of what was next. */
  take(score: number | null): void;
  /** All that were ranked, in the order in which they were. */
  readonly entries: readonly Entry[];
}

/** The best of some entries first; of equal ones the earlier. */
export function byScore(entries: readonly Entry[]): readonly Entry[] {
  const scoreOf = ({ score }: Entry) => score ?? Infinity;
  // Two infinities are equal, and their difference is no number.
  return [...entries].sort((a, b) => (scoreOf(a) === scoreOf(b) ? 0 : scoreOf(a) - scoreOf(b)));
}
