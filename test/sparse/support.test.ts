import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectSupport } from "../../src/sparse/index.ts";

describe("selectSupport", () => {
  it.each([
    ["by size, not sign", [0.1, -3, 2, 0], 2, [1, 2]],
    ["in ascending order", [1, 5, 3, 9], 3, [1, 2, 3]],
    ["the lower index of a tie", [2, -2, 2, 1], 2, [0, 1]],
    ["the lower index of a tie for the last place", [1, 7, -1, 1], 2, [0, 1]],
    ["the first of a code of zeros", [0, -0, 0], 2, [0, 1]],
    ["everything", [1, 2], 2, [0, 1]],
    ["an infinity", [1, -Infinity, 3], 1, [1]],
  ])("keeps %s", (_what, values, sparsity, expected) => {
    expect(selectSupport(values, sparsity)).toEqual(expected);
  });

  it("keeps as many as asked, and nothing larger is left out, nor anything equal of a lower index", () => {
    const codes = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(codes, fc.nat(), (values, draw) => {
        const sparsity = 1 + (draw % values.length);
        const support = selectSupport(values, sparsity);
        expect(new Set(support).size).toBe(sparsity);
        expect([...support].sort((a, b) => a - b)).toEqual(support);
        for (const kept of support) {
          for (const other of values.keys()) {
            if (support.includes(other)) continue;
            const sizes = Math.abs(values[kept]!) - Math.abs(values[other]!);
            expect(sizes > 0 || (sizes === 0 && kept < other)).toBe(true);
          }
        }
      }),
      { seed: 25 },
    );
  });

  it.each([0, 4, 1.5, -1, Number.NaN])("refuses a sparsity of %d for three values", (sparsity) => {
    expect(() => selectSupport([1, 2, 3], sparsity)).toThrow(
      expect.objectContaining({ code: "E_SUPPORT_SPARSITY", kind: "usage" }),
    );
  });

  it("refuses NaN", () => {
    expect(() => selectSupport([1, Number.NaN], 1)).toThrow(expect.objectContaining({ code: "E_SUPPORT_VALUE" }));
  });
});
