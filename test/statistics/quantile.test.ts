import { describe, expect, it } from "vitest";
import { quantile } from "../../src/statistics/index.ts";

describe("quantile", () => {
  it("is linear between values, as numpy.quantile([1, 2, 4, 8], [0, 0.25, 0.5, 0.95, 1]) has it", () => {
    const at = [0, 0.25, 0.5, 0.95, 1].map((share) => quantile([1, 2, 4, 8], share));
    for (const [index, value] of [1, 1.75, 3, 7.4, 8].entries()) expect(at[index]).toBeCloseTo(value, 12);
    expect(quantile([5], 0.95)).toBe(5);
  });
});
