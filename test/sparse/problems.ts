/** @file LASSO problems for the tests: the reference's, random ones, and random ones spoilt on purpose. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { RandomStream } from "../../src/random/index.ts";
import { createDictionary, type Dictionary, type DictionaryDistribution } from "../../src/sparse/index.ts";
import type { LassoProblem } from "../../src/sparse/lasso-problem.ts";

/** A problem with its exact minimiser z, from LARS and a closed-form solve in float64 (scikit-learn and NumPy). */
export interface GoldenLasso {
  readonly kind: "uniform" | "gaussian";
  readonly gamma: number;
  readonly A: number[][];
  readonly b: number[];
  readonly z: number[];
  readonly objective: number;
}

/** From a measurement to the weights of the kept candidates after the measurement has moved, and the gradient back. */
export interface GoldenRecovery {
  readonly A: number[][];
  readonly b: number[];
  readonly z: number[];
  readonly sparsity: number;
  readonly support: number[];
  readonly b_after: number[];
  readonly weights_after: number[];
  readonly cotangent: number[];
  readonly grad_b: number[];
}

export function readGolden<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`../golden/${name}`, import.meta.url), "utf8")) as T[];
}

export interface Problem {
  readonly dictionary: Dictionary;
  readonly measurement: Float64Array;
  readonly l1Weight: number;
}

export function lassoProblem({ dictionary, measurement, l1Weight }: Problem): LassoProblem {
  return { dictionary, measurement, l1Weights: new Float64Array(dictionary.columns).fill(l1Weight) };
}

/** Normal draws. */
export function normals(stream: RandomStream, length: number): Float64Array {
  return Float64Array.from({ length }, () => stream.normal());
}

/** A vector with `sparsity` normal entries, none smaller than 0.1, and zeros elsewhere. */
export function sparseVector(stream: RandomStream, length: number, sparsity: number): Float64Array {
  const vector = new Float64Array(length);
  const order = stream.shuffle(Array.from(vector.keys()));
  for (const index of order.slice(0, sparsity)) {
    const value = stream.normal();
    vector[index] = value + (value < 0 ? -0.1 : 0.1);
  }
  return vector;
}

/** A z. */
export function multiply({ rows, columns, values }: Dictionary, code: ArrayLike<number>): Float64Array {
  const product = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) product[i] += values[i * columns + j] * code[j];
  }
  return product;
}

/** A^T v. */
export function multiplyTransposed({ rows, columns, values }: Dictionary, vector: ArrayLike<number>): Float64Array {
  const product = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) product[j] += values[i * columns + j] * vector[i];
  }
  return product;
}

export function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < left.length; i++) largest = Math.max(largest, Math.abs(left[i] - right[i]));
  return largest;
}

export function norm(vector: ArrayLike<number>): number {
  return Math.sqrt(Array.from(vector).reduce((sum, entry) => sum + entry * entry, 0));
}

/** Random problems of all three distributions. */
export const problems: fc.Arbitrary<Problem> = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 40 }),
    distribution: fc.constantFrom<DictionaryDistribution>("uniform", "gaussian", "unit-norm"),
    seed: fc.nat(),
    l1Weight: fc.constantFrom(1e-5, 1e-3, 0.03, 0.3),
  })
  .map(({ rows, columns, distribution, seed, l1Weight }) => {
    const stream = new RandomStream(seed);
    const dictionary = createDictionary({ rows, columns, distribution, stream });
    return { dictionary, measurement: normals(stream, rows), l1Weight };
  });

/**
 * Problems with columns that are zero, equal, opposite, rescaled, sums of others or nearly equal, and with measurements that
 * are whole numbers, sums of columns or zero: where ties and dependent columns are the rule.
 */
export const degenerateProblems: fc.Arbitrary<Problem> = fc
  .record({
    rows: fc.integer({ min: 1, max: 8 }),
    columns: fc.integer({ min: 2, max: 36 }),
    entries: fc.constantFrom("uniform", "normal", "signs"),
    spoilt: fc.integer({ min: 1, max: 8 }),
    target: fc.constantFrom("normal", "whole", "columns", "zero"),
    seed: fc.nat(),
    l1Weight: fc.constantFrom(1e-5, 1e-3, 0.25, 1),
  })
  .map(({ rows, columns, entries, spoilt, target, seed, l1Weight }) => {
    const stream = new RandomStream(seed);
    const draw = { uniform: () => stream.uniform(), normal: () => stream.normal(), signs: () => stream.integer(3) - 1 };
    const values = Float64Array.from({ length: rows * columns }, draw[entries]);
    const original = values.slice();
    for (let count = 0; count < spoilt; count++) {
      const to = stream.integer(columns);
      const from = stream.integer(columns);
      const kind = stream.integer(7);
      for (let i = 0; i < rows; i++) {
        const source = original[i * columns + from];
        const beside = original[i * columns + ((from + 1) % columns)];
        const nearby = source + 1e-10 * stream.normal();
        values[i * columns + to] = [0, source, -source, source * 100, source / 1000, source + beside, nearby][kind];
      }
    }
    const dictionary = { rows, columns, values };
    const measurement = {
      normal: () => normals(stream, rows),
      whole: () => Float64Array.from({ length: rows }, () => stream.integer(5) - 2),
      columns: () => multiply(dictionary, sparseVector(stream, columns, 2).map(Math.sign)),
      zero: () => new Float64Array(rows),
    }[target]();
    return { dictionary, measurement, l1Weight };
  });
