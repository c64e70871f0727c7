import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smoothed } from "../../web/charts/smoothed.ts";
import { flatten } from "../../web/data/flatten.ts";
import { curvesOf } from "../../web/data/run-curves.ts";

describe("smoothed", () => {
  it("stays between the least and the largest value, leaves gaps, and does nothing with weight 0", () => {
    const values = fc.array(fc.option(fc.double({ min: -5, max: 5, noNaN: true })), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 0.99, noNaN: true }), (line, weight) => {
        const known = line.filter((value) => value !== null);
        const result = smoothed(line, weight);
        expect(result.map((value) => value === null)).toEqual(line.map((value) => value === null));
        for (const value of result) {
          if (value === null) continue;
          expect(value).toBeGreaterThanOrEqual(Math.min(...known) - 1e-9);
          expect(value).toBeLessThanOrEqual(Math.max(...known) + 1e-9);
        }
        expect(smoothed(line, 0)).toBe(line);
      }),
    );
  });
});

describe("curvesOf", () => {
  it("counts the epochs of training on from the search's", () => {
    const { x, boundary, column } = curvesOf([
      { phase: "search", epoch: 1, loss: 3 },
      { phase: "search", epoch: 2, loss: 2, architecture_loss: 2.5 },
      { phase: "retrain", epoch: 1, loss: 1 },
    ]);
    expect(x).toEqual([1, 2, 3]);
    expect(boundary).toBe(2.5);
    expect(column("loss")).toEqual([3, 2, 1]);
    expect(column("architecture_loss")).toEqual([null, 2.5, null]);
    expect(curvesOf([{ phase: "retrain", epoch: 1 }]).boundary).toBeNull();
  });
});

describe("flatten", () => {
  it("names settings by their place, lists in one line", () => {
    expect([...flatten({ a: { b: 1, c: [1, 2] }, d: null, e: "text" })]).toEqual([
      ["a.b", "1"],
      ["a.c", "[1,2]"],
      ["d", "null"],
      ["e", "text"],
    ]);
  });
});
