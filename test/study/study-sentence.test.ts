import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compareVariants, studySentence, type VariantRuns } from "../../src/study/index.ts";

const READING = { imageSize: null, fit: "crop", testFraction: 0.2, maxBadImageRate: 0.01, splitSeed: null };
const FIGURES = { parameters: 10, macs: 20, seconds: 30, compute: 5e9, fingerprint: null, reading: READING };

/** Accuracies in percent, by seed from 1 on. */
function runs(variant: string, accuracies: readonly (number | null)[]): VariantRuns {
  const finished = accuracies.flatMap((accuracy, index) =>
    accuracy === null ? [] : [{ ...FIGURES, seed: index + 1, testAccuracy: accuracy / 100 }],
  );
  return { variant, finished, failed: [], open: accuracies.length - finished.length };
}

const sentence = (...variants: readonly VariantRuns[]) => studySentence(compareVariants(variants, "base"), "base");

describe("what a study says", () => {
  it("says who beats whom, by how much, over how many seeds", () => {
    const said = sentence(runs("base", [90, 91, 89]), runs("better", [92, 93.1, 91]));
    expect(said).toMatch(/^better beats base by 2\.03 points \(\+1\.89 to \+2\.18, 3 seeds, Student's t\)\.$/);
    expect(sentence(runs("base", [90, 91, 89]), runs("worse", [88, 89.1, 87]))).toMatch(
      /^base beats worse by 1\.97 points \(\+1\.82 to \+2\.11, 3 seeds, Student's t\)\.$/,
    );
  });

  it("says so where nothing can be told", () => {
    const said = sentence(runs("base", [90, 91, 89]), runs("like", [91, 90, 89.5]));
    expect(said).toMatch(
      /^No difference could be told between like and base: \+0\.17 points \(-2\.42 to \+2\.75, 3 seeds/,
    );
    expect(sentence(runs("base", [90]), runs("other", [95]))).toMatch(/^One seed tells nothing apart/);
    expect(sentence(runs("base", [null]), runs("other", [95]))).toMatch(/^base has no finished run/);
    expect(sentence(runs("base", [90, null]), runs("other", [null, 95]))).toMatch(/no seed in common/);
    expect(sentence(runs("base", [90, 92]))).toBe("base: 91.00 % over 2 seeds.");
  });

  it("asks more of the best of several: the same lead that is told alone is not told among nine others", () => {
    const [base, lead] = [runs("base", [90, 91, 89, 90]), runs("lead", [90.9, 91.8, 90.3, 91.1])];
    expect(sentence(base, lead)).toMatch(/^lead beats base/);
    const others = Array.from({ length: 9 }, (_, index) => runs(`other${index}`, [80, 81, 82, 80]));
    expect(sentence(base, lead, ...others)).toMatch(/^lead, the best of 10, beats base .* for 10 comparisons\)\.$/);
    const close = runs("close", [90.9, 91.8, 90.3, 90.2]);
    expect(sentence(base, close)).toMatch(/^close beats base/);
    expect(sentence(base, close, ...others)).toMatch(/^No difference could be told between close and base/);
  });

  it("compares seed by seed, as SciPy's paired test does", () => {
    const path = fileURLToPath(new URL("../golden/statistics.json", import.meta.url));
    const { paired } = JSON.parse(readFileSync(path, "utf8")) as {
      readonly paired: readonly { first: number[]; second: number[]; low: number; high: number }[];
    };
    for (const { first, second, low, high } of paired) {
      const [, row] = compareVariants([runs("base", second), runs("other", first)], "base");
      expect(row!.difference!.mean - row!.difference!.half!).toBeCloseTo(low, 9);
      expect(row!.difference!.mean + row!.difference!.half!).toBeCloseTo(high, 9);
    }
  });

  it("has means of the seeds that are finished", () => {
    const [row] = compareVariants(
      [{ ...runs("base", [90, null, 92]), failed: [{ seed: 4, reason: "diverged" }] }],
      "base",
    );
    expect(row).toMatchObject({ accuracy: { mean: 91 }, difference: null, open: 1, seconds: 30, compute: 5e9 });
    expect(row!.accuracy!.standardDeviation).toBeCloseTo(Math.SQRT2, 9);
  });
});
