/** @file What the measured paths say of each candidate, and of pairs of them. */
import type { ChoiceGroup, Supports } from "../../choice/index.ts";
import { type PathEffects, recoverPathEffects } from "../../sparse/index.ts";
import { standardise } from "./standardise.ts";

/** Columns of 2,000 measurements with as many pairs take 48 MiB, and their sparse coding seconds. */
const MOST_PAIRS = 3000;

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
 *
 * @param pairsOf for each group the candidates whose pairs count too; of more than `MOST_PAIRS` pairs none does
 */
export function effectsOf(
  groups: readonly ChoiceGroup[],
  paths: readonly MeasuredPath[],
  forgetting: number,
  pairsOf: Supports = [],
): PathEffects | null {
  const last = paths.at(-1)?.round ?? 0;
  const measurements = Array.from({ length: last + 1 }, (_, round) => {
    const weight = (1 - forgetting) ** (last - round);
    const ofRound = weight === 0 ? [] : paths.filter((path) => path.round === round);
    const values = standardise(ofRound.map(({ loss }) => loss));
    return ofRound.map(({ kept }, index) => ({ kept, value: values[index]!, weight }));
  }).flat();
  if (measurements.length === 0) return null;
  const places = pairsOf.flat().length;
  const hasPairs = (places * (places - 1)) / 2 <= MOST_PAIRS;
  return recoverPathEffects(measurements, {
    candidates: groups.map(({ candidates }) => candidates.length),
    pairsOf: hasPairs ? pairsOf : [],
  });
}
