import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random/index.ts";
import { createDictionary, type Dictionary, learnDictionary, mutualCoherence } from "../../src/sparse/index.ts";
import { multiply, multiplyTransposed, norm, normals, problems, sparseVector } from "./problems.ts";

const OPTIONS = { sparsity: 2, l1Weight: 1e-4 };

function unitNorm(columns: number, stream: RandomStream): Dictionary {
  return createDictionary({ rows: 7, columns, distribution: "unit-norm", stream });
}

/** Passes over the same measurements; the residual after each. */
function residuals(start: Dictionary, measurements: readonly Float64Array[], passes: number) {
  const seen: number[] = [];
  let dictionary = start;
  for (let pass = 0; pass < passes; pass++) {
    const learned = learnDictionary(dictionary, measurements, OPTIONS);
    dictionary = learned.dictionary;
    seen.push(learned.residual);
  }
  return { dictionary, seen };
}

describe("learnDictionary", () => {
  it("explains measurements that are sparse in some dictionary far better than the one it begins with", () => {
    const stream = new RandomStream(91);
    const truth = unitNorm(10, stream);
    const measurements = Array.from({ length: 200 }, () => multiply(truth, sparseVector(stream, 10, 2)));
    const { dictionary, seen } = residuals(unitNorm(10, stream), measurements, 30);
    expect(seen.at(-1)!).toBeLessThan(0.5 * seen[0]!);
    // Most columns of the true dictionary are among the learned ones, up to sign.
    const found = Array.from({ length: 10 }, (_, j) => {
      const unit = Float64Array.from({ length: 10 }, (_unused, k) => (k === j ? 1 : 0));
      return Math.max(...multiplyTransposed(dictionary, multiply(truth, unit)).map(Math.abs));
    });
    expect(found.filter((cosine) => cosine > 0.97).length).toBeGreaterThanOrEqual(6);
  });

  it("gives columns of length 1 where codes use them, leaves the others, and brings none nearer than its limit", () => {
    fc.assert(
      fc.property(
        problems,
        fc.nat(),
        fc.integer({ min: 0, max: 6 }),
        ({ dictionary: drawn, l1Weight }, seed, count) => {
          const stream = new RandomStream(seed);
          const { rows, columns } = drawn;
          const dictionary = createDictionary({ rows, columns, distribution: "unit-norm", stream });
          const measurements = Array.from({ length: count }, () => normals(stream, rows));
          const before = dictionary.values.slice();
          const options = { sparsity: Math.min(2, columns), l1Weight };
          const learned = learnDictionary(dictionary, measurements, options);
          expect(dictionary.values).toEqual(before);
          expect(learned.residual).toBeGreaterThanOrEqual(0);
          expect(learned.residual).toBeLessThan(1 + 1e-9);
          let moved = 0;
          for (let j = 0; j < columns; j++) {
            const column = (values: Float64Array) => values.filter((_, index) => index % columns === j);
            expect(norm(column(learned.dictionary.values))).toBeCloseTo(1, 12);
            if (column(learned.dictionary.values).some((entry, i) => entry !== column(before)[i])) moved++;
          }
          expect(moved).toBeLessThanOrEqual(count * options.sparsity);
          const limit = Math.max(0.95, mutualCoherence(dictionary));
          expect(mutualCoherence(learned.dictionary)).toBeLessThanOrEqual(limit + 1e-12);
          expect(learnDictionary(dictionary, measurements, options)).toEqual(learned);
        },
      ),
      { seed: 92, numRuns: 60 },
    );
  });

  it("leaves nothing of one measurement that two columns can reach", () => {
    const stream = new RandomStream(93);
    const { seen } = residuals(unitNorm(14, stream), [normals(stream, 7)], 3);
    expect(seen.at(-1)).toBeLessThan(1e-9);
  });

  it("leaves the dictionary alone without measurements, or with zeros", () => {
    const dictionary = unitNorm(9, new RandomStream(94));
    for (const measurements of [[], [new Float64Array(7)]]) {
      const learned = learnDictionary(dictionary, measurements, OPTIONS);
      expect(learned.residual).toBe(0);
      expect(learned.dictionary.values).toEqual(dictionary.values);
    }
  });
});
