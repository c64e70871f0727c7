import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/random/index.ts";
import {
  createDictionary,
  type DictionaryDistribution,
  dictionaryFromRows,
  edgeWeights,
  mutualCoherence,
  recover,
} from "../../src/sparse/index.ts";
import {
  type GoldenRecovery,
  largestDifference,
  multiply,
  norm,
  normals,
  readGolden,
  sparseVector,
} from "./problems.ts";

const golden = readGolden<GoldenRecovery>("recovery.json");

describe("recover", () => {
  it.each(golden.map((entry) => [entry.z.length, entry] as const))(
    "matches the reference for %d columns",
    (_n, entry) => {
      const dictionary = dictionaryFromRows(entry.A);
      const code = recover(dictionary, entry.b, { sparsity: entry.sparsity, l1Weight: 1e-5 });
      expect(largestDifference(code.values, entry.z)).toBeLessThan(1e-9);
      expect(code.support).toEqual(entry.support);
      expect(code.converged).toBe(true);
      const truncated = entry.z.map((value, index) => (entry.support.includes(index) ? value : 0));
      expect(largestDifference(code.truncated, truncated)).toBeLessThan(1e-9);
      const distance = (z: readonly number[]) => norm(multiply(dictionary, z).map((value, i) => value - entry.b[i]!));
      expect(code.residualNorm).toBeCloseTo(distance(entry.z), 12);
      expect(code.truncatedResidualNorm).toBeCloseTo(distance(truncated), 12);
    },
  );

  it("finds every 2-sparse code when the coherence is below 1/3", () => {
    // Unit vectors beside a Hadamard basis: coherence 1/4.
    const rows = 16;
    const hadamard = (i: number, j: number) => (bitCount(i & j) % 2 === 0 ? 0.25 : -0.25);
    const dictionary = dictionaryFromRows(
      Array.from({ length: rows }, (_, i) =>
        Array.from({ length: 2 * rows }, (_, j) => (j < rows ? (i === j ? 1 : 0) : hadamard(i, j - rows))),
      ),
    );
    expect(mutualCoherence(dictionary)).toBe(0.25);
    const stream = new RandomStream(12);
    for (let draw = 0; draw < 200; draw++) {
      const code = sparseVector(stream, 2 * rows, 2);
      const found = recover(dictionary, multiply(dictionary, code), { sparsity: 2, l1Weight: 1e-5 });
      expect(found.support).toEqual([...code.keys()].filter((index) => code[index] !== 0));
      expect(largestDifference(found.truncated, code)).toBeLessThan(1e-4);
    }
  });

  it("passes solver and limits on", () => {
    const entry = golden[0]!;
    const options = { sparsity: 2, l1Weight: 1e-5, solver: "fista", maxIterations: 3 } as const;
    const code = recover(dictionaryFromRows(entry.A), entry.b, options);
    expect(code.solver).toBe("fista");
    expect(code.iterations).toBe(3);
    expect(code.converged).toBe(false);
  });

  it("keeps the first candidates of a zero measurement", () => {
    const dictionary = dictionaryFromRows(golden[0]!.A);
    const code = recover(dictionary, new Float64Array(7), { sparsity: 2, l1Weight: 1e-5 });
    expect(code.support).toEqual([0, 1]);
    expect(code.truncatedResidualNorm).toBe(0);
  });

  it("refuses what its parts refuse", () => {
    const dictionary = dictionaryFromRows([[1, 2]]);
    expect(() => recover(dictionary, [1], { sparsity: 3, l1Weight: 1 })).toThrow(/sparsity got 3/);
    expect(() => recover(dictionary, [1, 2], { sparsity: 1, l1Weight: 1 })).toThrow(/measurement got 2 entries/);
  });
});

/** How many bits of a non-negative integer are set. */
function bitCount(bits: number): number {
  return bits === 0 ? 0 : (bits & 1) + bitCount(bits >>> 1);
}

describe("recovery at the published weight", () => {
  /** Means over random dictionaries and initial measurements, as the published search meets them at its start. */
  function survey(distribution: DictionaryDistribution, columns: number) {
    const stream = new RandomStream(100 + columns);
    const draws = 100;
    let kept = 0;
    let lost = 0;
    let drift = 0;
    let found = 0;
    for (let draw = 0; draw < draws; draw++) {
      const dictionary = createDictionary({ rows: 7, columns, distribution, stream });
      const measurement = normals(stream, 7).map((value) => 1e-3 * value);
      const code = recover(dictionary, measurement, { sparsity: 2, l1Weight: 1e-5 });
      kept += code.values.filter((value) => value !== 0).length / draws;
      lost += code.truncatedResidualNorm / norm(measurement) / draws;
      const held = code.support.map((index) => code.truncated[index]!);
      const weights = edgeWeights(dictionary, measurement, code);
      drift += norm(held.map((value, k) => value - weights[k]!)) / norm(held) / draws;
      const planted = sparseVector(stream, columns, 2);
      const decoded = recover(dictionary, multiply(dictionary, planted), { sparsity: 2, l1Weight: 1e-5 });
      if (decoded.support.every((index) => planted[index] !== 0)) found += 1 / draws;
    }
    return { kept, lost, drift, found };
  }

  it("keeps about as many entries as there are rows, and loses most of the measurement at the cut to two", () => {
    for (const columns of [14, 35]) {
      const uniform = survey("uniform", columns);
      const unit = survey("unit-norm", columns);
      for (const { kept } of [uniform, unit]) {
        expect(kept).toBeGreaterThan(6.7);
        expect(kept).toBeLessThanOrEqual(7);
      }
      expect(uniform.lost).toBeGreaterThan(0.55);
      expect(uniform.drift).toBeGreaterThan(0.7);
      expect(unit.drift).toBeLessThan(0.55);
      expect(unit.found).toBeGreaterThan(uniform.found - 0.05);
      expect(uniform.found).toBeGreaterThan(0.4);
    }
  });
});
