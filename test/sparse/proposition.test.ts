/**
 * @file The theory behind searching over measurements: sparse codes and their measurements are in bijection (Proposition 1), and
 * gradient steps from inside the span of a support never leave it, so exploration is not what plain descent on b does.
 * The decoder here is the ideal one, least squares over every pair of columns.
 */
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random/index.ts";
import { createDictionary, type Dictionary, edgeWeights, measurementGradient } from "../../src/sparse/index.ts";
import { largestDifference, multiply, multiplyTransposed, norm, normals, sparseVector } from "./problems.ts";

const COLUMNS = 14;

/** The pair of columns that explains a measurement best, and its coefficients. */
function decodePair(dictionary: Dictionary, measurement: Float64Array) {
  const { columns } = dictionary;
  const correlations = multiplyTransposed(dictionary, measurement);
  let best = { explained: -1, support: [0, 1], truncated: new Float64Array(columns) };
  for (let j = 0; j < columns; j++) {
    for (let k = j + 1; k < columns; k++) {
      const [jj, jk, kk] = [product(dictionary, j, j), product(dictionary, j, k), product(dictionary, k, k)];
      const determinant = jj * kk - jk * jk;
      const atJ = (kk * correlations[j] - jk * correlations[k]) / determinant;
      const atK = (jj * correlations[k] - jk * correlations[j]) / determinant;
      const explained = atJ * correlations[j] + atK * correlations[k];
      if (explained <= best.explained) continue;
      const truncated = new Float64Array(columns);
      truncated[j] = atJ;
      truncated[k] = atK;
      best = { explained, support: [j, k], truncated };
    }
  }
  return best;
}

function product({ rows, columns, values }: Dictionary, j: number, k: number): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += values[i * columns + j] * values[i * columns + k];
  return sum;
}

function gaussian(stream: RandomStream): Dictionary {
  return createDictionary({ rows: 7, columns: COLUMNS, distribution: "gaussian", stream });
}

describe("Proposition 1", () => {
  it("2-sparse codes and their measurements are in bijection for Gaussian dictionaries", () => {
    const stream = new RandomStream(61);
    for (let draw = 0; draw < 100; draw++) {
      const dictionary = gaussian(stream);
      const code = sparseVector(stream, COLUMNS, 2);
      const measurement = multiply(dictionary, code);
      const decoded = decodePair(dictionary, measurement);
      expect(largestDifference(decoded.truncated, code)).toBeLessThan(1e-10);
      expect(largestDifference(multiply(dictionary, decoded.truncated), measurement)).toBeLessThan(1e-10);
      // The network of the measurement is the network of the code.
      const weights = edgeWeights(dictionary, measurement, decoded);
      expect(
        largestDifference(
          weights,
          decoded.support.map((index) => code[index]!),
        ),
      ).toBeLessThan(1e-10);
    }
  });
});

describe("frozen supports", () => {
  /** Searches for a planted 2-sparse optimum of a least-squares loss; returns the decoded supports, one per epoch. */
  function search(seed: number, gradients: "support" | "dense"): string[] {
    const stream = new RandomStream(seed);
    const dictionary = gaussian(stream);
    const features: Dictionary = { rows: 20, columns: COLUMNS, values: normals(stream, 20 * COLUMNS) };
    const targets = multiply(features, sparseVector(stream, COLUMNS, 2));
    let measurement = multiply(dictionary, sparseVector(stream, COLUMNS, 2));
    const supports: string[] = [];
    for (let epoch = 0; epoch < 12; epoch++) {
      const code = decodePair(dictionary, measurement);
      supports.push(code.support.join());
      for (let step = 0; step < 5; step++) {
        const weights = new Float64Array(COLUMNS);
        for (const [k, weight] of edgeWeights(dictionary, measurement, code).entries())
          weights[code.support[k]!] = weight;
        const errors = multiply(features, weights).map((value, i) => (value - targets[i]!) / 20);
        const slopes = multiplyTransposed(features, errors);
        const gradient =
          gradients === "dense"
            ? multiply(dictionary, slopes)
            : measurementGradient(
                dictionary,
                code.support,
                code.support.map((index) => slopes[index]!),
              );
        measurement = measurement.map((value, i) => value - 0.1 * gradient[i]!);
        expect(norm(measurement)).toBeLessThan(100);
      }
    }
    return supports;
  }

  it("never change under gradient descent with an exact decoder, in 20 searches", () => {
    for (let seed = 0; seed < 20; seed++) expect(new Set(search(seed, "support")).size).toBe(1);
  });

  it("do change once inactive candidates have gradients too", () => {
    let changed = 0;
    for (let seed = 0; seed < 20; seed++) {
      if (new Set(search(seed, "dense")).size > 1) changed++;
    }
    expect(changed).toBeGreaterThan(12);
  });
});
