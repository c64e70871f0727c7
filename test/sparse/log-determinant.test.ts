import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logDeterminant, symmetricEigenvalues } from "../../src/sparse/index.ts";

/** Rows times their transposes. */
function gram(rows: readonly (readonly number[])[]): Float64Array {
  const inner = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
  return Float64Array.from(rows.flatMap((row) => rows.map((other) => inner(row, other))));
}

describe("the log-determinant", () => {
  it("is known for small matrices", () => {
    expect(logDeterminant(Float64Array.of(7), 1)).toBeCloseTo(Math.log(7), 14);
    expect(logDeterminant(Float64Array.of(4, 1, 1, 3), 2)).toBeCloseTo(Math.log(11), 14);
    expect(logDeterminant(Float64Array.of(2, -1, 0, -1, 2, -1, 0, -1, 2), 3)).toBeCloseTo(Math.log(4), 14);
  });

  it("is the sum of the logarithms of the eigenvalues, and leaves its matrix alone", () => {
    const entry = fc.integer({ min: -9, max: 9 });
    const rows = fc.array(fc.array(entry, { minLength: 9, maxLength: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rows, (given) => {
        const size = given.length;
        const matrix = gram(given.map((row, k) => [...row, ...given.map((_, other) => (other === k ? 1 : 0))]));
        const copy = matrix.slice();
        const sum = symmetricEigenvalues(matrix.slice(), size).reduce((total, value) => total + Math.log(value), 0);
        expect(logDeterminant(matrix, size)).toBeCloseTo(sum, 8);
        expect(matrix).toEqual(copy);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("does not overflow where the determinant does", () => {
    const size = 200;
    const matrix = Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1e6 : 0));
    expect(logDeterminant(matrix, size)).toBeCloseTo(size * Math.log(1e6), 8);
  });

  it("is minus infinity where rows depend on each other, whatever rounding says", () => {
    expect(logDeterminant(Float64Array.of(0), 1)).toBe(-Infinity);
    const base = [0.1, 0.7, -0.3, 0.2];
    const other = [1.1, -0.4, 0.6, 0.9];
    const both = base.map((value, k) => value / 3 + other[k]! / 7);
    expect(logDeterminant(gram([base, other, both]), 3)).toBe(-Infinity);
    expect(logDeterminant(gram([base, base]), 2)).toBe(-Infinity);
  });
});
