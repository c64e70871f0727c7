import { describe, expect, it } from "vitest";
import { RandomStream, RandomStreams } from "../../src/random/index.ts";
import { createDictionary, type DictionaryDistribution, dictionaryFromRows } from "../../src/sparse/index.ts";
import { norm } from "./problems.ts";

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
