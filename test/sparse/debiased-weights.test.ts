import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random/index.ts";
import {
  debias,
  debiasedGradient,
  debiasedWeights,
  dictionaryFromRows,
  edgeWeights,
  recover,
} from "../../src/sparse/index.ts";
import { largestDifference, multiply, multiplyTransposed, norm, normals, problems, sparseVector } from "./problems.ts";

/** Problems with a support of independent columns, as small as the rows ask. */
const supports = fc
  .record({ problem: problems, seed: fc.nat(), most: fc.integer({ min: 1, max: 3 }) })
  .map(({ problem: { dictionary, measurement }, seed, most }) => {
    const { rows, columns } = dictionary;
    const stream = new RandomStream(seed);
    const order = stream.shuffle(Array.from({ length: columns }, (_, j) => j));
    const support = order.slice(0, Math.min(most, rows, columns)).sort((a, b) => a - b);
    return { dictionary, measurement, support, stream };
  });

/** By a factor near 1 where columns are nearly alike. */
const scaleOf = (weights: ArrayLike<number>) => 1 + norm(weights) ** 2;

const spread = (columns: number, support: readonly number[], weights: ArrayLike<number>) => {
  const code = new Float64Array(columns);
  for (const [k, index] of support.entries()) code[index] = weights[k]!;
  return code;
};

describe("debiasedWeights", () => {
  it("leave a residual that is orthogonal to every kept column", () => {
    fc.assert(
      fc.property(supports, ({ dictionary, measurement, support }) => {
        const weights = debiasedWeights(dictionary, measurement, support);
        const image = multiply(dictionary, spread(dictionary.columns, support, weights));
        const rest = multiplyTransposed(
          dictionary,
          measurement.map((value, i) => value - image[i]!),
        );
        for (const index of support) expect(Math.abs(rest[index]!)).toBeLessThan(1e-11 * scaleOf(weights));
      }),
      { seed: 81 },
    );
  });

  it("are the code when the measurement is A z, which is then its own edge weights", () => {
    fc.assert(
      fc.property(supports, ({ dictionary, support, stream }) => {
        const code = spread(dictionary.columns, support, normals(stream, support.length));
        const measurement = multiply(dictionary, code);
        const weights = debiasedWeights(dictionary, measurement, support);
        const expected = support.map((index) => code[index]!);
        const size = norm(debiasedGradient(dictionary, support, expected));
        expect(largestDifference(weights, expected)).toBeLessThan(1e-12 * (1 + size ** 2));
        const again = edgeWeights(dictionary, measurement, { support, truncated: code });
        expect(largestDifference(again, expected)).toBeLessThan(1e-11);
      }),
      { seed: 82 },
    );
  });

  it("give 0 to a column that depends on those before it", () => {
    const dictionary = dictionaryFromRows([
      [1, 2, 0],
      [0, 0, 1],
    ]);
    expect(Array.from(debiasedWeights(dictionary, [3, 4], [0, 1, 2]))).toEqual([3, 0, 4]);
    expect(Array.from(debiasedGradient(dictionary, [0, 1, 2], [5, 7, 6]))).toEqual([5, 6]);
  });

  it("refuse a measurement, a gradient or a support of another size", () => {
    const dictionary = dictionaryFromRows([[1, 2]]);
    const usage = expect.objectContaining({ code: "E_EDGE_WEIGHTS", kind: "usage" });
    expect(() => debiasedWeights(dictionary, [1, 2], [0])).toThrow(usage);
    expect(() => debiasedWeights(dictionary, [1], [2])).toThrow(usage);
    expect(() => debiasedGradient(dictionary, [0], [1, 2])).toThrow(usage);
  });
});

describe("debiasedGradient", () => {
  it("is that of finite differences, along any direction and along each entry of the measurement", () => {
    fc.assert(
      fc.property(supports, ({ dictionary, measurement, support, stream }) => {
        const { rows } = dictionary;
        const cotangent = normals(stream, support.length);
        const gradient = debiasedGradient(dictionary, support, cotangent);
        const loss = (at: Float64Array) =>
          debiasedWeights(dictionary, at, support).reduce((sum, weight, k) => sum + weight * cotangent[k]!, 0);
        const unit = (i: number) => Float64Array.from({ length: rows }, (_, k) => (k === i ? 1 : 0));
        for (const direction of [normals(stream, rows), ...Array.from({ length: rows }, (_, i) => unit(i))]) {
          // The weights are linear in the measurement, so that a long step errs by rounding alone.
          const ahead = loss(measurement.map((value, i) => value + direction[i]!));
          const behind = loss(measurement.map((value, i) => value - direction[i]!));
          const slope = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
          expect(Math.abs((ahead - behind) / 2 - slope)).toBeLessThan(1e-10 * scaleOf(gradient));
        }
      }),
      { seed: 83 },
    );
  });
});

describe("debias", () => {
  it("keeps the support and the LASSO's code, and never leaves more of the measurement", () => {
    fc.assert(
      fc.property(problems, ({ dictionary, measurement, l1Weight }) => {
        const code = recover(dictionary, measurement, { sparsity: Math.min(2, dictionary.columns), l1Weight });
        const debiased = debias(dictionary, measurement, code);
        expect(debiased).toMatchObject({ support: code.support, values: code.values, residualNorm: code.residualNorm });
        expect(debiased.truncatedResidualNorm).toBeLessThanOrEqual(code.truncatedResidualNorm * (1 + 1e-9) + 1e-12);
        for (const [index, value] of debiased.truncated.entries()) {
          if (!code.support.includes(index)) expect(value).toBe(0);
        }
      }),
      { seed: 84 },
    );
  });

  it("finds a sparse code to rounding where the LASSO finds its support", () => {
    const stream = new RandomStream(85);
    const dictionary = { rows: 7, columns: 10, values: normals(stream, 70) };
    let found = 0;
    for (let draw = 0; draw < 20; draw++) {
      const code = sparseVector(stream, 10, 2);
      const measurement = multiply(dictionary, code);
      const recovered = recover(dictionary, measurement, { sparsity: 2, l1Weight: 1e-3 });
      if (recovered.support.some((index) => code[index] === 0)) continue;
      found++;
      expect(largestDifference(debias(dictionary, measurement, recovered).truncated, code)).toBeLessThan(1e-12);
      expect(largestDifference(recovered.truncated, code)).toBeGreaterThan(1e-6);
    }
    expect(found).toBeGreaterThan(10);
  });
});
