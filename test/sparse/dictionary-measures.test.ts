import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random/index.ts";
import {
  createDictionary,
  dictionaryFromRows,
  gramResidual,
  lipschitzConstant,
  mutualCoherence,
} from "../../src/sparse/index.ts";
import { multiply, multiplyTransposed, normals, problems } from "./problems.ts";

describe("gramResidual", () => {
  it("is A^T A - I", () => {
    const dictionary = dictionaryFromRows([
      [1, 2],
      [3, 4],
    ]);
    expect(Array.from(gramResidual(dictionary))).toEqual([9, 14, 14, 19]);
  });

  it("gives back the code of a measurement: z = A^T b - E z for b = A z", () => {
    fc.assert(
      fc.property(problems, fc.nat(), ({ dictionary }, seed) => {
        const { columns } = dictionary;
        const code = normals(new RandomStream(seed), columns);
        const correlations = multiplyTransposed(dictionary, multiply(dictionary, code));
        const residual = { rows: columns, columns, values: gramResidual(dictionary) };
        const bias = multiply(residual, code);
        for (const [j, value] of code.entries()) expect(correlations[j] - bias[j]).toBeCloseTo(value, 11);
      }),
      { seed: 21 },
    );
  });
});

describe("mutualCoherence", () => {
  it.each([
    ["orthogonal columns", [[1, 0], [0, 2]], 0], // biome-ignore format: matrices read better on one line
    ["opposite columns", [[1, -3], [2, -6]], 1], // biome-ignore format: matrices read better on one line
    ["a 60 degree angle", [[1, 0.5], [0, Math.sqrt(0.75)]], 0.5], // biome-ignore format: matrices read better on one line
    ["a column of zeros", [[1, 0], [1, 0]], 0], // biome-ignore format: matrices read better on one line
    ["one column", [[1], [2]], 0], // biome-ignore format: matrices read better on one line
  ])("of %s", (_what, rows, expected) => {
    expect(mutualCoherence(dictionaryFromRows(rows))).toBeCloseTo(expected, 14);
  });

  it("is lower for Gaussian than for uniform dictionaries, whose mean cosine is about 0.76 at 7 rows", () => {
    const stream = new RandomStream(5);
    for (const columns of [14, 21, 28, 35]) {
      let meanCosine = 0;
      for (let draw = 0; draw < 20; draw++) {
        const uniform = createDictionary({ rows: 7, columns, distribution: "uniform", stream });
        const gaussian = createDictionary({ rows: 7, columns, distribution: "gaussian", stream });
        expect(mutualCoherence(uniform)).toBeGreaterThan(0.93);
        expect(mutualCoherence(uniform)).toBeLessThanOrEqual(1);
        expect(mutualCoherence(gaussian)).toBeLessThan(0.99);
        meanCosine += meanOffDiagonalCosine(gramResidual(uniform), columns) / 20;
      }
      expect(meanCosine).toBeGreaterThan(0.74);
      expect(meanCosine).toBeLessThan(0.79);
    }
  });
});

function meanOffDiagonalCosine(residual: Float64Array, columns: number): number {
  let sum = 0;
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < j; k++) {
      const squares = (residual[j * columns + j] + 1) * (residual[k * columns + k] + 1);
      sum += residual[j * columns + k] / Math.sqrt(squares);
    }
  }
  return sum / ((columns * (columns - 1)) / 2);
}

describe("lipschitzConstant", () => {
  it.each([
    ["a diagonal", [[3, 0], [0, 2]], 9], // biome-ignore format: matrices read better on one line
    ["more rows than columns", [[1, 0], [2, 0], [2, 1]], 5 + Math.sqrt(20)], // biome-ignore format: matrices read better on one line
    ["one row", [[1, 2, 2]], 9], // biome-ignore format: matrices read better on one line
    ["zeros", [[0, 0], [0, 0]], 0], // biome-ignore format: matrices read better on one line
    ["a negative product of columns", [[1, -1], [0, 1]], (3 + Math.sqrt(5)) / 2], // biome-ignore format: matrices read better on one line
  ])("of %s", (_what, rows, expected) => {
    const constant = lipschitzConstant(dictionaryFromRows(rows));
    expect(constant).toBeGreaterThanOrEqual(expected);
    expect(constant).toBeLessThanOrEqual(expected * (1 + 2e-12));
  });

  it("bounds A^T A from above, and tightly: power iteration reaches it", () => {
    fc.assert(
      fc.property(problems, fc.nat(), ({ dictionary }, seed) => {
        let vector = normals(new RandomStream(seed), dictionary.columns);
        let rayleigh = 0;
        for (let step = 0; step < 300; step++) {
          const image = multiplyTransposed(dictionary, multiply(dictionary, vector));
          const square = vector.reduce((sum, entry) => sum + entry * entry, 0);
          rayleigh = vector.reduce((sum, entry, j) => sum + entry * image[j]!, 0) / square;
          const length = Math.sqrt(image.reduce((sum, entry) => sum + entry * entry, 0));
          vector = image.map((entry) => entry / length);
        }
        const constant = lipschitzConstant(dictionary);
        expect(rayleigh).toBeLessThanOrEqual(constant);
        expect(rayleigh).toBeGreaterThan(0.98 * constant);
      }),
      { seed: 22, numRuns: 60 },
    );
  });
});
