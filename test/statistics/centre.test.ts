import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mean, median } from "../../src/statistics/index.ts";

describe("mean and median", () => {
  it("are those of textbooks", () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(median([10, 9, 1])).toBe(9);
    expect(median(Float64Array.of(4, 1, 3, 2))).toBe(2.5);
    expect([mean([]), median([])]).toEqual([Number.NaN, Number.NaN]);
  });

  it("have as many values below the median as above it, in any order, and leave the values as they are", () => {
    const property = fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const before = [...values];
      const middle = median(values);
      expect(values).toEqual(before);
      const [below, above] = [values.filter((value) => value < middle), values.filter((value) => value > middle)];
      expect(Math.max(below.length, above.length)).toBeLessThanOrEqual(values.length / 2);
    });
    fc.assert(property, { seed: 1 });
  });
});
