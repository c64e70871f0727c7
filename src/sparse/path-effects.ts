/**
 * @file Sparse coding of measured losses: a path keeps some candidates of every choice group, its row of the dictionary is one at each of them
 * and zero elsewhere, and what was measured of it is explained by few candidates: z = argmin 1/2 |Phi z - y|^2 + lambda |z|_1 with
 * centred columns. Few effects matter, so few measurements recover them, and every candidate is measured many times. Columns of pairs, one where a
 * path keeps both, say what candidates do together beside what each does.
 */
import { IstaNasError } from "../error.ts";
import type { Dictionary } from "./dictionary.ts";
import { solveLasso } from "./lasso.ts";
import { correlate } from "./products.ts";

/** What was measured of one path. */
export interface PathMeasurement {
  /** For each group the candidates that the path kept, by index. */
  readonly kept: readonly (readonly number[])[];
  /** The larger the better. */
  readonly value: number;
  /** How much it counts beside others; default 1. Two measurements of weight 1 count as one of weight 2. */
  readonly weight?: number;
}

/** One candidate of one group, by index both. */
export interface CandidatePlace {
  readonly group: number;
  readonly candidate: number;
}

/** What two candidates do together beside what each of them does. */
export interface PairEffect {
  readonly first: CandidatePlace;
  readonly second: CandidatePlace;
  readonly effect: number;
}

export interface PathEffects {
  /** For each group the effect of each candidate; zero for what no path kept. */
  readonly effects: readonly (readonly number[])[];
  /** Those that are not zero; none unless pairs were asked for. */
  readonly pairs: readonly PairEffect[];
  /** For each group the correlation of each candidate with what was measured: tells apart those whose effect is zero. */
  readonly correlations: readonly (readonly number[])[];
  readonly l1Weight: number;
  readonly dualityGap: number;
  /** Norm of what the effects leave unexplained over that of the centred values; 0 where all values are equal. */
  readonly relativeResidual: number;
}

export interface PathEffectsOptions {
  /** Candidates of each group. */
  readonly candidates: readonly number[];
  /** Weight of the l1 norm over the largest at which z is not zero. Default 0.05. */
  readonly relativeL1Weight?: number;
  /** For each group the candidates whose pairs have columns too, by index; default none. Memory goes with the square of their number. */
  readonly pairsOf?: readonly (readonly number[])[];
}

/**
 * Effects of candidates from measured paths.
 * @throws E_EFFECTS_PATHS without measurements
 */
export function recoverPathEffects(
  measurements: readonly PathMeasurement[],
  { candidates, relativeL1Weight = 0.05, pairsOf = [] }: PathEffectsOptions,
): PathEffects {
  if (measurements.length === 0) {
    throw new IstaNasError("effects of candidates: got no measured paths, expected at least one", {
      code: "E_EFFECTS_PATHS",
    });
  }
  const weights = measurements.map(({ weight = 1 }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const pairs = pairsAmong(pairsOf);
  const dictionary = centredPaths(measurements, weights, candidates, pairs);
  const mean = measurements.reduce((sum, { value }, row) => sum + weights[row]! * value, 0) / total;
  const values = Float64Array.from(measurements, ({ value }, row) => Math.sqrt(weights[row]!) * (value - mean));
  const correlations = correlate(dictionary, values);
  const largest = correlations.reduce((most, correlation) => Math.max(most, Math.abs(correlation)), 0);
  const split = (flat: ArrayLike<number>) => {
    let first = 0;
    return candidates.map((count) => {
      first += count;
      return Array.from({ length: count }, (_, k) => flat[first - count + k]!);
    });
  };
  if (largest === 0) {
    const zeros = split(correlations).map((group) => group.map(() => 0));
    return { effects: zeros, pairs: [], correlations: zeros, l1Weight: 0, dualityGap: 0, relativeResidual: 0 };
  }
  const l1Weight = relativeL1Weight * largest;
  const { values: code, dualityGap } = solveLasso(dictionary, values, { l1Weight });
  const singles = code.length - pairs.length;
  return {
    effects: split(code),
    pairs: pairs.flatMap(([first, second], index) => {
      const effect = code[singles + index]!;
      return effect === 0 ? [] : [{ first, second, effect }];
    }),
    correlations: split(correlations),
    l1Weight,
    dualityGap,
    relativeResidual: unexplained(dictionary, values, code),
  };
}

type Pair = readonly [CandidatePlace, CandidatePlace];

/** Each two of the candidates of `pairsOf`, of one group or of two. */
function pairsAmong(pairsOf: readonly (readonly number[])[]): readonly Pair[] {
  const places = pairsOf.flatMap((indices, group) => indices.map((candidate) => ({ group, candidate })));
  return places.flatMap((first, index) => places.slice(index + 1).map((second): Pair => [first, second]));
}

/** Rows of ones and zeros, of candidates and then of pairs, with the mean of each column taken off, times the root of their weight. */
function centredPaths(
  measurements: readonly PathMeasurement[],
  weights: readonly number[],
  candidates: readonly number[],
  pairs: readonly Pair[],
): Dictionary {
  const rows = measurements.length;
  let singles = 0;
  const firsts = candidates.map((count) => {
    singles += count;
    return singles - count;
  });
  const columns = singles + pairs.length;
  const columnOf = ({ group, candidate }: CandidatePlace) => firsts[group]! + candidate;
  const parts = pairs.map(([first, second]) => [columnOf(first), columnOf(second)] as const);
  const values = new Float64Array(rows * columns);
  for (const [row, { kept }] of measurements.entries()) {
    const start = row * columns;
    for (const [group, indices] of kept.entries()) {
      for (const index of indices) values[start + firsts[group]! + index] = 1;
    }
    for (const [pair, [first, second]] of parts.entries()) {
      values[start + singles + pair] = values[start + first]! * values[start + second]!;
    }
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let column = 0; column < columns; column++) {
    let sum = 0;
    for (const [row, weight] of weights.entries()) sum += weight * values[row * columns + column]!;
    for (const [row, weight] of weights.entries()) {
      const at = row * columns + column;
      values[at] = Math.sqrt(weight) * (values[at]! - sum / total);
    }
  }
  return { rows, columns, values };
}

function unexplained({ rows, columns, values: entries }: Dictionary, values: Float64Array, code: Float64Array): number {
  let [left, all] = [0, 0];
  for (let row = 0; row < rows; row++) {
    let residual = values[row]!;
    for (let column = 0; column < columns; column++) residual -= entries[row * columns + column]! * code[column]!;
    left += residual * residual;
    all += values[row]! * values[row]!;
  }
  return Math.sqrt(left / all);
}
