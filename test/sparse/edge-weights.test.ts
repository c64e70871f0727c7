import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random/index.ts";
import {
  dictionaryFromRows,
  edgeWeights,
  gramResidual,
  measurementGradient,
  recover,
  selectSupport,
} from "../../src/sparse/index.ts";
import {
  type GoldenRecovery,
  largestDifference,
  multiply,
  multiplyTransposed,
  normals,
  problems,
  readGolden,
  sparseVector,
} from "./problems.ts";

const golden = readGolden<GoldenRecovery>("recovery.json");

/** A random support and a code on it, for a random dictionary and a measurement that has nothing to do with it. */
const codes = fc
  .record({ problem: problems, seed: fc.nat(), sparsity: fc.integer({ min: 1, max: 3 }) })
  .map(({ problem: { dictionary, measurement }, seed, sparsity }) => {
    const truncated = sparseVector(new RandomStream(seed), dictionary.columns, Math.min(sparsity, dictionary.columns));
    const support = selectSupport(truncated, Math.min(sparsity, dictionary.columns));
    return { dictionary, measurement, code: { truncated, support } };
  });

describe("edgeWeights", () => {
  it.each(golden.map((entry) => [entry.z.length, entry] as const))(
    "matches the reference for %d columns",
    (_n, entry) => {
      const dictionary = dictionaryFromRows(entry.A);
      const code = recover(dictionary, entry.b, { sparsity: entry.sparsity, l1Weight: 1e-5 });
      expect(largestDifference(edgeWeights(dictionary, entry.b_after, code), entry.weights_after)).toBeLessThan(1e-9);
    },
  );

  it("is A^T b - E^T z on the support", () => {
    fc.assert(
      fc.property(codes, ({ dictionary, measurement, code }) => {
        const { columns } = dictionary;
        const correlations = multiplyTransposed(dictionary, measurement);
        const residual = { rows: columns, columns, values: gramResidual(dictionary) };
        const bias = multiplyTransposed(residual, code.truncated);
        const expected = code.support.map((index) => correlations[index] - bias[index]);
        expect(largestDifference(edgeWeights(dictionary, measurement, code), expected)).toBeLessThan(1e-12);
      }),
      { seed: 51 },
    );
  });

  it("is one unit gradient step from the code: z_S + A_S^T (b - A_S z_S)", () => {
    fc.assert(
      fc.property(codes, ({ dictionary, measurement, code }) => {
        const image = multiply(dictionary, code.truncated);
        const step = multiplyTransposed(
          dictionary,
          measurement.map((value, i) => value - image[i]!),
        );
        const expected = code.support.map((index) => code.truncated[index] + step[index]);
        expect(largestDifference(edgeWeights(dictionary, measurement, code), expected)).toBeLessThan(1e-12);
      }),
      { seed: 52 },
    );
  });

  it("is the code itself when the measurement is A z", () => {
    fc.assert(
      fc.property(codes, ({ dictionary, code }) => {
        const weights = edgeWeights(dictionary, multiply(dictionary, code.truncated), code);
        const expected = code.support.map((index) => code.truncated[index]);
        expect(largestDifference(weights, expected)).toBeLessThan(1e-12);
      }),
      { seed: 53 },
    );
  });

  it("refuses a measurement or a code of another size", () => {
    const dictionary = dictionaryFromRows([[1, 2]]);
    const code = { support: [0], truncated: new Float64Array(2) };
    const usage = expect.objectContaining({ code: "E_EDGE_WEIGHTS", kind: "usage" });
    expect(() => edgeWeights(dictionary, [1, 2], code)).toThrow(usage);
    expect(() => edgeWeights(dictionary, [1], { ...code, truncated: new Float64Array(3) })).toThrow(usage);
    expect(() => edgeWeights(dictionary, [1], { ...code, support: [2] })).toThrow(usage);
  });
});

describe("measurementGradient", () => {
  it.each(golden.map((entry) => [entry.z.length, entry] as const))(
    "matches the reference for %d columns",
    (_n, entry) => {
      const gradient = measurementGradient(dictionaryFromRows(entry.A), entry.support, entry.cotangent);
      expect(largestDifference(gradient, entry.grad_b)).toBeLessThan(1e-14);
    },
  );

  it("is the transpose of how edge weights follow the measurement", () => {
    fc.assert(
      fc.property(codes, fc.nat(), ({ dictionary, measurement, code }, seed) => {
        const stream = new RandomStream(seed);
        const direction = normals(stream, dictionary.rows);
        const cotangent = normals(stream, code.support.length);
        const before = edgeWeights(dictionary, measurement, code);
        const moved = measurement.map((value, i) => value + direction[i]!);
        const after = edgeWeights(dictionary, moved, code);
        const forward = cotangent.reduce((sum, value, k) => sum + value * (after[k]! - before[k]!), 0);
        const gradient = measurementGradient(dictionary, code.support, cotangent);
        expect(gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0)).toBeCloseTo(forward, 10);
      }),
      { seed: 54 },
    );
  });

  it("refuses a gradient of another length, or an index outside the dictionary", () => {
    const dictionary = dictionaryFromRows([[1, 2]]);
    expect(() => measurementGradient(dictionary, [0, 1], [1])).toThrow(/got 1 entries, expected 2/);
    expect(() => measurementGradient(dictionary, [2], [1])).toThrow(
      /support index got 2, expected an integer from 0 to 1/,
    );
  });
});
