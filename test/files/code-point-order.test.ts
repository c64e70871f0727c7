import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareCodePoints } from "../../src/files/code-point-order.ts";

describe("compareCodePoints", () => {
  it("orders as UTF-8 bytes do", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "B", "é", "\ue000", "\uffff", "😀", "𐀀", "z") });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
