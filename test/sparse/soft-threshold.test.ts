import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { softThreshold } from "../../src/sparse/index.ts";

const numbers = fc.double({ min: -100, max: 100, noNaN: true });
const thresholds = fc.double({ min: 0, max: 50, noNaN: true });

describe("softThreshold", () => {
  it.each([
    [3, 1, 2],
    [-3, 1, -2],
    [0.5, 1, 0],
    [-1, 1, 0],
    [0.25, 0, 0.25],
  ])("of %d at %d is %d", (value, threshold, expected) => {
    expect(softThreshold(value, threshold)).toBe(expected);
  });

  it("is the proximal map of t |.|: no other point does better", () => {
    fc.assert(
      fc.property(numbers, thresholds, numbers, (value, threshold, other) => {
        const cost = (z: number) => 0.5 * (z - value) ** 2 + threshold * Math.abs(z);
        const shrunk = softThreshold(value, threshold);
        // The cost is strongly convex: any other point costs at least half its squared distance more.
        expect(cost(other) - cost(shrunk) - 0.5 * (other - shrunk) ** 2).toBeGreaterThanOrEqual(-1e-10);
      }),
      { seed: 23, numRuns: 1000 },
    );
  });

  it("is odd and never moves two points apart", () => {
    fc.assert(
      fc.property(numbers, numbers, thresholds, (left, right, threshold) => {
        const moved = Math.abs(softThreshold(left, threshold) - softThreshold(right, threshold));
        expect(moved).toBeLessThanOrEqual(Math.abs(left - right) + 1e-13);
        expect(softThreshold(-left, threshold) + softThreshold(left, threshold)).toBe(0);
      }),
      { seed: 24 },
    );
  });
});
