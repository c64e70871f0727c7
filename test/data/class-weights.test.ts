import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balancedClassWeights, readClassWeights } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const CLASSES = { classNames: ["cat", "dog, small", "größe"], counts: [60, 30, 10] };
const folder = temporaryFolder();

function read(text: string | Uint8Array): readonly number[] {
  const path = join(folder, "weights");
  writeFileSync(path, text);
  return readClassWeights(path, CLASSES);
}

const meanOf = (weights: readonly number[], counts: readonly number[]): number =>
  weights.reduce((sum, weight, k) => sum + weight * counts[k]!, 0) / counts.reduce((a, b) => a + b);

describe("balancedClassWeights", () => {
  it("lets all classes weigh the same, with a mean of 1 over the images", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 2, maxLength: 20 }), (counts) => {
        const weights = balancedClassWeights({ counts });
        for (const [k, weight] of weights.entries())
          expect(weight * counts[k]!).toBeCloseTo(weights[0]! * counts[0]!, 3);
        expect(meanOf(weights, counts)).toBeCloseTo(1, 9);
      }),
    );
    expect(balancedClassWeights({ counts: [30, 10] })).toEqual([2 / 3, 2]);
  });
});

describe("readClassWeights", () => {
  it("reads JSON and CSV in any order, scaled to a mean of 1 over the images", () => {
    const expected = [1, 2, 4].map((weight) => weight / 1.6);
    const texts = [
      '{"größe": 4, "cat": 1, "dog, small": 2}',
      "class,weight\r\ncat,1\r\ndog, small,2\r\ngröße,4\r\n",
      '\uFEFFgro\u0308ße,4e0\n"dog, small", 2\n\ncat,1',
    ];
    for (const text of texts) {
      const weights = read(text);
      for (const [k, weight] of weights.entries()) expect(weight).toBeCloseTo(expected[k]!, 12);
      expect(meanOf(weights, CLASSES.counts)).toBeCloseTo(1, 12);
    }
  });

  it.each([
    ['{"cat": 1, "dog, small": 2}', /got no weight of größe, expected one for each class/],
    ['{"cat": 1, "dog, small": 2, "größe": 1, "bird": 1}', /class got "bird", expected one of cat, dog, small, größe/],
    ['{"cat": 0, "dog, small": 2, "größe": 1}', /class "cat": weight got 0, expected a number above 0/],
    ['{"cat": -1, "dog, small": 2, "größe": 1}', /weight got -1, expected a number above 0/],
    ['{"cat": "1", "dog, small": 2, "größe": 1}', /weight got string, expected a number/],
    ['{"cat": 1e999, "dog, small": 2, "größe": 1}', /weight got Infinity, expected a number above 0/],
    ['{"cat": 1', /not JSON/],
    ["cat,1\ncat,2", /class "cat": got it twice/],
    ["cat;1", /line 1: got "cat;1", expected CLASS,WEIGHT/],
    ["cat,\n", /class "cat": weight got "", expected a number above 0/],
    ["cat,one", /weight got "one", expected/],
    ["", /got no weights/],
    ["cat,1e-320\ndog, small,1e308\ngröße,1e308", /too far apart/],
    [Uint8Array.of(0xff, 0xfe, 0x00), /no UTF-8/],
  ])("refuses %j", (text, message) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "E_CLASS_WEIGHTS", kind: "usage" }));
    expect(() => read(text)).toThrow(message);
  });

  it("refuses what is no file", () => {
    for (const path of [join(folder, "none.json"), folder]) {
      expect(() => readClassWeights(path, CLASSES)).toThrow(expect.objectContaining({ code: "E_CLASS_WEIGHTS" }));
    }
  });
});
