import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStream, RandomStreams } from "../../src/random/index.ts";
import {
  createDictionary,
  DICTIONARY_DISTRIBUTIONS,
  type DictionaryDistribution,
  dictionaryFromRows,
  gramResidual,
  mutualCoherence,
  welchBound,
} from "../../src/sparse/index.ts";
import { multiply, norm } from "./problems.ts";

function draw(distribution: DictionaryDistribution, rows: number, columns: number) {
  return createDictionary({ rows, columns, distribution, stream: new RandomStreams(1).stream("dictionary") });
}

function columnLengths(dictionary: ReturnType<typeof draw>): number[] {
  const { columns, values } = dictionary;
  return Array.from({ length: columns }, (_, j) => norm(values.filter((_value, index) => index % columns === j)));
}

describe("createDictionary", () => {
  it("reads its stream row by row", () => {
    const stream = new RandomStreams(1).stream("dictionary");
    expect(draw("uniform", 3, 2).values).toEqual(Float64Array.from({ length: 6 }, () => stream.uniform()));
    const again = new RandomStreams(1).stream("dictionary");
    const normals = Float64Array.from({ length: 8 }, () => again.normal() * 0.5);
    expect(draw("gaussian", 4, 2).values).toEqual(normals);
  });

  it("draws uniform entries from [0, 1) around 1/2", () => {
    const { values, distribution } = draw("uniform", 40, 100);
    expect(distribution).toBe("uniform");
    expect(values.every((entry) => entry >= 0 && entry < 1)).toBe(true);
    expect(values.reduce((sum, entry) => sum + entry, 0) / values.length).toBeCloseTo(0.5, 1);
  });

  it("draws Gaussian columns of length 1 on average", () => {
    const lengths = columnLengths(draw("gaussian", 40, 150));
    const meanSquare = lengths.reduce((sum, length) => sum + length ** 2, 0) / lengths.length;
    expect(meanSquare).toBeGreaterThan(0.95);
    expect(meanSquare).toBeLessThan(1.05);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeGreaterThan(0.1);
  });

  it("draws unit-norm columns of length 1, in the directions of the Gaussian ones", () => {
    const unit = draw("unit-norm", 7, 35);
    const gaussian = draw("gaussian", 7, 35);
    for (const length of columnLengths(unit)) expect(length).toBeCloseTo(1, 14);
    const lengths = columnLengths(gaussian);
    for (const [index, entry] of unit.values.entries()) {
      expect(entry * lengths[index % 35]!).toBeCloseTo(gaussian.values[index]!, 14);
    }
  });

  it("gives each kind but the published and the Gaussian one columns of length 1, the same for the same stream", () => {
    for (const distribution of DICTIONARY_DISTRIBUTIONS) {
      const shape = { simplex: [9, 7], identity: [8, 8] }[distribution as string] ?? [7, 14];
      const dictionary = draw(distribution, shape[0]!, shape[1]!);
      expect(draw(distribution, shape[0]!, shape[1]!).values).toEqual(dictionary.values);
      if (distribution === "uniform" || distribution === "gaussian") continue;
      for (const length of columnLengths(dictionary)) expect(length).toBeCloseTo(1, 13);
    }
  });

  it("has the vertices of a simplex at equal angles, that add up to nothing", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 0, max: 4 }), fc.nat(), (columns, more, seed) => {
        const stream = new RandomStream(seed);
        const dictionary = createDictionary({ rows: columns - 1 + more, columns, distribution: "simplex", stream });
        const products = gramResidual(dictionary);
        for (let j = 0; j < columns; j++) {
          for (let k = 0; k < j; k++) expect(products[j * columns + k]).toBeCloseTo(-1 / (columns - 1), 12);
        }
        expect(norm(multiply(dictionary, new Float64Array(columns).fill(1)))).toBeLessThan(1e-12);
      }),
      { seed: 11, numRuns: 40 },
    );
    expect(columnLengths(draw("simplex", 3, 1))[0]).toBeCloseTo(1, 14);
  });

  it("refuses a simplex in too few rows, and says how many it takes", () => {
    expect(() => draw("simplex", 7, 35)).toThrow(
      expect.objectContaining({
        ...{ code: "E_DICTIONARY_SHAPE", kind: "usage" },
        message: "dictionary: rows got 7, expected at least 34 for a simplex of 35 columns",
        hint: expect.stringContaining("--measurements 34"),
      }),
    );
  });

  it("has the identity for as many rows as columns, and for no others", () => {
    expect(draw("identity", 3, 3).values).toEqual(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
    expect(() => draw("identity", 3, 4)).toThrow(/rows got 3, expected 4 for the identity/);
  });

  it("lowers the coherence of random columns near to Welch's bound, and to nothing where they can be orthogonal", () => {
    for (const columns of [14, 21, 28, 35]) {
      const coherence = mutualCoherence(draw("low-coherence", 7, columns));
      expect(coherence).toBeGreaterThanOrEqual(welchBound(7, columns) - 1e-12);
      expect(coherence).toBeLessThan(welchBound(7, columns) + (columns === 35 ? 0.13 : 0.04));
      expect(mutualCoherence(draw("unit-norm", 7, columns))).toBeGreaterThan(0.75);
    }
    for (const columns of [1, 3, 7]) expect(mutualCoherence(draw("low-coherence", 7, columns))).toBeLessThan(1e-15);
  });

  it("never raises the coherence of what it begins with", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 12 }), fc.nat(), (rows, more, seed) => {
        const shape = { rows, columns: rows + more };
        const of = (distribution: DictionaryDistribution) =>
          mutualCoherence(createDictionary({ ...shape, distribution, stream: new RandomStream(seed) }));
        expect(of("low-coherence")).toBeLessThanOrEqual(of("unit-norm") + 1e-15);
        expect(of("low-coherence")).toBeGreaterThanOrEqual(welchBound(rows, rows + more) - 1e-12);
      }),
      { seed: 12, numRuns: 15 },
    );
  });

  it.each([
    ["rows", { rows: 0, columns: 3 }],
    ["rows", { rows: 2.5, columns: 3 }],
    ["columns", { rows: 2, columns: -1 }],
    ["columns", { rows: 2, columns: Number.NaN }],
  ])("refuses a wrong number of %s", (name, shape) => {
    const options = { ...shape, distribution: "uniform" as const, stream: new RandomStream(1) };
    expect(() => createDictionary(options)).toThrow(
      expect.objectContaining({ code: "E_DICTIONARY_SHAPE", kind: "usage", message: expect.stringContaining(name) }),
    );
  });

  it("refuses a distribution it does not know, and names those it does", () => {
    const distribution = "normal" as DictionaryDistribution;
    expect(() => draw(distribution, 2, 3)).toThrow(/got "normal", expected one of uniform, gaussian, unit-norm/);
  });
});

describe("dictionaryFromRows", () => {
  it("stores rows one after another, in a copy", () => {
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const dictionary = dictionaryFromRows(rows);
    rows[0]![0] = 9;
    expect(dictionary).toEqual({ rows: 2, columns: 3, values: Float64Array.of(1, 2, 3, 4, 5, 6) });
  });

  it.each([
    ["no rows", [], "E_DICTIONARY_SHAPE"],
    ["no columns", [[], []], "E_DICTIONARY_SHAPE"],
    ["a short row", [[1, 2], [3]], "E_DICTIONARY_SHAPE"],
    ["a long row", [[1], [3, 4]], "E_DICTIONARY_SHAPE"],
    ["a NaN", [[1, Number.NaN]], "E_DICTIONARY_ENTRY"],
    ["an infinity", [[1, Infinity]], "E_DICTIONARY_ENTRY"],
  ])("refuses %s", (_what, rows, code) => {
    expect(() => dictionaryFromRows(rows)).toThrow(expect.objectContaining({ code, kind: "usage" }));
  });
});
