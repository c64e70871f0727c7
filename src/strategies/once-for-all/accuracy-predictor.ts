/**
 * @file Predicts the accuracy of a sub-network from those of some that were measured: ridge regression on which window and which expansion each layer has,
 * none where it is left out. The published one is a network of three layers that is fitted on 16,000; on about a hundred, sums of main effects are what can
 * be told. The penalty is the one with the least error on sub-networks that are left out one at a time.
 */
import type { Supports } from "../../choice/index.ts";
import type { Nesting } from "../../network/index.ts";

/** A sub-network and what was measured of it: the share of images that it got right. */
export interface Measured {
  readonly supports: Supports;
  readonly accuracy: number;
}

/** Of which one is chosen. */
const PENALTIES = [0.1, 0.3, 1, 3, 10, 30, 100];

export class AccuracyPredictor {
  /** Of each measured one, predicted by a fit to all others. */
  readonly leftOut: readonly number[];
  readonly penalty: number;
  /** Of no layer at all. */
  readonly #base: number;
  /** Of each group what each candidate adds. */
  readonly #effects: readonly (readonly number[])[];

  /** `measured`: two at least. */
  constructor({ parts }: Nesting, measured: readonly Measured[]) {
    const codes = parts.map(codesOf);
    const featuresOf = (supports: Supports) => codes.flatMap((ofGroup, group) => ofGroup[supports[group]![0]!]!);
    const rows = measured.map(({ supports }) => featuresOf(supports));
    const accuracies = measured.map(({ accuracy }) => accuracy);
    const mean = meanOf(accuracies);
    const featureMeans = rows[0]!.map((_, feature) => meanOf(rows.map((row) => row[feature]!)));
    const centred = rows.map((row) => row.map((value, feature) => value - featureMeans[feature]!));
    const targets = accuracies.map((accuracy) => accuracy - mean);
    const fits = PENALTIES.map((penalty) => ({ penalty, ...ridge(centred, targets, penalty) }));
    const { penalty, weights, leftOut } = fits.reduce((least, fit) => (fit.error < least.error ? fit : least));
    this.penalty = penalty;
    this.leftOut = leftOut.map((value) => value + mean);
    this.#base = mean - inner(featureMeans, weights);
    let first = 0;
    this.#effects = codes.map((ofGroup) => {
      const { length } = ofGroup[0]!;
      first += length;
      return ofGroup.map((code) => inner(code, weights.slice(first - length, first)));
    });
  }

  predict(supports: Supports): number {
    return supports.reduce((sum, [candidate], group) => sum + this.#effects[group]![candidate!]!, this.#base);
  }
}

/** Of each candidate a 1 for its window and one for its expansion; zeros for the one that leaves the layer out. */
function codesOf(parts: Nesting["parts"][number]): readonly (readonly number[])[] {
  const windows = [...new Set(parts.flatMap((part) => part?.window ?? []))];
  const expansions = [...new Set(parts.flatMap((part) => part?.expansion ?? []))];
  return parts.map((part) => [
    ...windows.map((window) => Number(window === part?.window)),
    ...expansions.map((expansion) => Number(expansion === part?.expansion)),
  ]);
}

interface RidgeFit {
  readonly weights: readonly number[];
  /** Predictions of each target by a fit to all others. */
  readonly leftOut: readonly number[];
  /** Mean square of what these are off by. */
  readonly error: number;
}

/** Minimises |X w - y|^2 + penalty |w|^2, all columns of mean 0. Of a prediction, its own target counts by its entry of the hat matrix, 1 / n for the mean. */
function ridge(rows: readonly (readonly number[])[], targets: readonly number[], penalty: number): RidgeFit {
  const features = rows[0]!.map((_, feature) => rows.map((row) => row[feature]!));
  const factor = cholesky(features.map((a, i) => features.map((b, j) => inner(a, b) + (i === j ? penalty : 0))));
  const weights = solve(
    factor,
    features.map((feature) => inner(feature, targets)),
  );
  const leftOut = rows.map((row, i) => {
    const own = inner(row, solve(factor, row)) + 1 / rows.length;
    return targets[i]! - (targets[i]! - inner(row, weights)) / Math.max(1e-9, 1 - own);
  });
  return { weights, leftOut, error: meanOf(leftOut.map((value, i) => (value - targets[i]!) ** 2)) };
}

/** The lower triangle L of a positive definite matrix L L'. */
function cholesky(matrix: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const factor: number[][] = [];
  for (const [i, row] of matrix.entries()) {
    const own: number[] = [];
    for (let j = 0; j <= i; j++) {
      const before = factor[j] ?? own;
      let rest = row[j]!;
      for (let k = 0; k < j; k++) rest -= own[k]! * before[k]!;
      own.push(i === j ? Math.sqrt(rest) : rest / before[j]!);
    }
    factor.push(own);
  }
  return factor;
}

function solve(factor: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const solution = [...right];
  for (let i = 0; i < solution.length; i++) {
    for (let k = 0; k < i; k++) solution[i]! -= factor[i]![k]! * solution[k]!;
    solution[i]! /= factor[i]![i]!;
  }
  for (let i = solution.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < solution.length; k++) solution[i]! -= factor[k]![i]! * solution[k]!;
    solution[i]! /= factor[i]![i]!;
  }
  return solution;
}

function inner(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
