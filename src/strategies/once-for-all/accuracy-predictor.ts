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
  readonly #nesting: Nesting;
  readonly #mean: number;
  readonly #featureMeans: readonly number[];
  readonly #weights: readonly number[];

  /** `measured`: two at least. */
  constructor(nesting: Nesting, measured: readonly Measured[]) {
    this.#nesting = nesting;
    const rows = measured.map(({ supports }) => featuresOf(nesting, supports));
    const accuracies = measured.map(({ accuracy }) => accuracy);
    this.#mean = meanOf(accuracies);
    this.#featureMeans = rows[0]!.map((_, feature) => meanOf(rows.map((row) => row[feature]!)));
    const centred = rows.map((row) => row.map((value, feature) => value - this.#featureMeans[feature]!));
    const targets = accuracies.map((accuracy) => accuracy - this.#mean);
    const fits = PENALTIES.map((penalty) => ({ penalty, ...ridge(centred, targets, penalty) }));
    const best = fits.reduce((least, fit) => (fit.error < least.error ? fit : least));
    this.penalty = best.penalty;
    this.#weights = best.weights;
    this.leftOut = best.leftOut.map((value) => value + this.#mean);
  }

  predict(supports: Supports): number {
    const features = featuresOf(this.#nesting, supports);
    return features.reduce(
      (sum, value, feature) => sum + (value - this.#featureMeans[feature]!) * this.#weights[feature]!,
      this.#mean,
    );
  }
}

/** Of each layer a 1 for its window and one for its expansion; zeros for a layer that is left out. */
function featuresOf({ parts }: Nesting, supports: Supports): readonly number[] {
  return parts.flatMap((ofGroup, group) => {
    const there = ofGroup.filter((part) => part !== null);
    const own = ofGroup[supports[group]![0]!] ?? null;
    const oneOf = (values: readonly number[], value: number | undefined) =>
      [...new Set(values)].map((one) => Number(one === value));
    return [
      ...oneOf(
        there.map(({ window }) => window),
        own?.window,
      ),
      ...oneOf(
        there.map(({ expansion }) => expansion),
        own?.expansion,
      ),
    ];
  });
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
