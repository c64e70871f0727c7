import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random/index.ts";
import { createDictionary, dictionaryFromRows, mutualCoherence, recoveryPremise } from "../../src/sparse/index.ts";
import { multiply, norm, sparseVector } from "./problems.ts";

const sets = () => new RandomStream(1);

describe("recoveryPremise", () => {
  it("has the bound of the coherence and the smallest singular value of 2s columns", () => {
    const half = Math.SQRT1_2;
    const dictionary = dictionaryFromRows([
      [1, 0, 3 * half],
      [0, 2, 3 * half],
    ]);
    const one = recoveryPremise(dictionary, 1, sets());
    expect(one).toMatchObject({ coherenceBound: 1, isDependent: false });
    expect(one.coherence).toBeCloseTo(half, 14);
    // Two columns of length 1 at a cosine c: eigenvalues 1 + c and 1 - c.
    expect(one.smallestSingularValue).toBeCloseTo(Math.sqrt(1 - half), 12);
    const two = recoveryPremise(dictionary, 2, sets());
    expect(two).toMatchObject({ coherenceBound: 1 / 3, smallestSingularValue: 0, isDependent: true });
  });

  it("is 1 of orthogonal columns, whose codes are all found", () => {
    const dictionary = createDictionary({ rows: 9, columns: 9, distribution: "identity", stream: sets() });
    expect(recoveryPremise(dictionary, 2, sets())).toEqual({
      ...{ coherence: 0, coherenceBound: 1 / 3, smallestSingularValue: 1, isDependent: false },
    });
  });

  it("is the smallest of all sets: it bounds how near two measurements of sparse codes can be", () => {
    const stream = new RandomStream(2);
    const dictionary = createDictionary({ rows: 7, columns: 14, distribution: "unit-norm", stream });
    const { smallestSingularValue, coherence, isDependent } = recoveryPremise(dictionary, 2, sets());
    expect(isDependent).toBe(false);
    expect(coherence).toBe(mutualCoherence(dictionary));
    for (let draw = 0; draw < 2000; draw++) {
      const code = sparseVector(stream, 14, 4);
      expect(norm(multiply(dictionary, code))).toBeGreaterThan(smallestSingularValue * norm(code) * (1 - 1e-9));
    }
  });

  it("finds equal columns, and the sums of two that are sums of two others in the 28 equiangular lines", () => {
    const stream = new RandomStream(3);
    const random = createDictionary({ rows: 7, columns: 20, distribution: "unit-norm", stream });
    const rows = Array.from({ length: 7 }, (_, i) => Array.from(random.values.slice(i * 20, (i + 1) * 20)));
    expect(recoveryPremise(random, 2, sets()).isDependent).toBe(false);
    const doubled = dictionaryFromRows(rows.map((row) => [...row, -3 * row[5]!]));
    expect(recoveryPremise(doubled, 1, sets()).isDependent).toBe(true);
    const lines = createDictionary({ rows: 7, columns: 28, distribution: "low-coherence", stream });
    expect(mutualCoherence(lines)).toBeCloseTo(1 / 3, 3);
    expect(recoveryPremise(lines, 2, sets()).smallestSingularValue).toBeLessThan(0.02);
  });

  it("looks at fewer sets of many columns", () => {
    const dictionary = createDictionary({ rows: 40, columns: 60, distribution: "gaussian", stream: sets() });
    expect(recoveryPremise(dictionary, 15, sets()).smallestSingularValue).toBeGreaterThan(0);
    expect(recoveryPremise(dictionary, 60, sets()).isDependent).toBe(true);
  });
});
