/** Student's t beside SciPy's numbers (`scripts/golden/make-statistics-golden.py`; the file says of which version). */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, it } from "vitest";
import { meanInterval, studentQuantile } from "../../src/statistics/index.ts";

interface Golden {
  readonly quantiles: readonly { readonly probability: number; readonly degrees: number; readonly quantile: number }[];
  readonly intervals: readonly {
    readonly values: readonly number[];
    readonly confidence: number;
    readonly mean: number;
    readonly standardDeviation: number;
    readonly half: number;
  }[];
  readonly paired: readonly {
    readonly first: readonly number[];
    readonly second: readonly number[];
    readonly low: number;
    readonly high: number;
  }[];
}

const path = fileURLToPath(new URL("../golden/statistics.json", import.meta.url));
const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;
const isNear = (value: number, expected: number) => expect(Math.abs(value / expected - 1)).toBeLessThan(1e-9);

it.each(golden.quantiles)("the quantile of $probability with $degrees degrees of freedom", (row) => {
  isNear(studentQuantile(row.probability, row.degrees), row.quantile);
});

it.each(golden.intervals)("the $confidence interval of $values", ({ values, confidence, ...expected }) => {
  const interval = meanInterval(values, confidence);
  isNear(interval.mean, expected.mean);
  isNear(interval.standardDeviation!, expected.standardDeviation);
  isNear(interval.half!, expected.half);
});

it.each(golden.paired)("the paired difference of $first and $second", ({ first, second, low, high }) => {
  const { mean, half } = meanInterval(first.map((value, index) => value - second[index]!));
  isNear(mean - half!, low);
  isNear(mean + half!, high);
});

it("one value has a mean and nothing to say of how far off it is", () => {
  expect(meanInterval([3])).toEqual({ mean: 3, standardDeviation: null, half: null });
});

it("an interval goes with its values: shifted as they are, stretched as they are, wider with confidence", () => {
  const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(values, fc.double({ min: 0.5, max: 8, noNaN: true }), (sample, factor) => {
      const { half } = meanInterval(sample);
      const stretched = meanInterval(sample.map((value) => 7 + factor * value));
      expect(stretched.half!).toBeCloseTo(factor * half!, 6);
      expect(meanInterval(sample, 0.99).half!).toBeGreaterThanOrEqual(half!);
    }),
  );
});
