/** @file What the measured paths say of each candidate, and which candidates stay active after it. */
import type { ChoiceGroup, Supports } from "../../choice/index.ts";
import { type PathEffects, recoverPathEffects } from "../../sparse/index.ts";
import { standardise } from "./standardise.ts";

/** One path as it was measured: plain data. */
export interface MeasuredPath {
  /** From 0. */
  readonly round: number;
  readonly kept: Supports;
  /** On images that train no weights; null if it was not finite. */
  readonly loss: number | null;
}

/**
 * Effects of all candidates by sparse coding of the standardised losses. A measurement of an earlier round counts (1 - `forgetting`) to the power of
 * the rounds since. Null without measurements.
 */
export function effectsOf(
  groups: readonly ChoiceGroup[],
  paths: readonly MeasuredPath[],
  forgetting: number,
): PathEffects | null {
  const last = paths.at(-1)?.round ?? 0;
  const measurements = Array.from({ length: last + 1 }, (_, round) => {
    const weight = (1 - forgetting) ** (last - round);
    const ofRound = weight === 0 ? [] : paths.filter((path) => path.round === round);
    const values = standardise(ofRound.map(({ loss }) => loss));
    return ofRound.map(({ kept }, index) => ({ kept, value: values[index]!, weight }));
  }).flat();
  if (measurements.length === 0) return null;
  return recoverPathEffects(measurements, { candidates: groups.map(({ candidates }) => candidates.length) });
}

/**
 * Of each group's active candidates the `counts[group]` with the largest effects, by index. Equal effects, most of them zero, go by the correlation
 * of the candidate with what was measured, and then by index.
 */
export function strongest(
  { effects, correlations }: PathEffects,
  active: Supports,
  counts: readonly number[],
): Supports {
  return active.map((indices, group) => {
    const [effect, correlation] = [effects[group]!, correlations[group]!];
    const order = [...indices].sort((a, b) => effect[b]! - effect[a]! || correlation[b]! - correlation[a]! || a - b);
    return order.slice(0, counts[group]!).sort((a, b) => a - b);
  });
}

/** How good an architecture is by main effects alone: the sum of what its candidates do. All are alike without effects. */
export function likelihoodOf(effects: PathEffects | null): (supports: Supports) => number {
  return (supports) => {
    const kept = supports.flatMap((support, group) => support.map((index) => effects?.effects[group]?.[index] ?? 0));
    return kept.reduce((sum, effect) => sum + effect, 0);
  };
}
