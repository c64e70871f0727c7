import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeIdx, encodeIdx } from "../../src/data/index.ts";

const SMALL = encodeIdx({ dimensions: [2, 3], values: Uint8Array.of(1, 2, 3, 4, 5, 6) });

describe("idx", () => {
  it("writes what the format says", () => {
    expect([...SMALL]).toEqual([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]);
  });

  it("reads what it writes, wherever the bytes lie", () => {
    const dimensions = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(dimensions, fc.nat(3), (sizes, offset) => {
        const length = sizes.reduce((product, size) => product * size, 1);
        const values = Uint8Array.from({ length }, (_, i) => (i * 37) & 255);
        const bytes = encodeIdx({ dimensions: sizes, values });
        const shifted = new Uint8Array(bytes.length + offset);
        shifted.set(bytes, offset);
        expect(decodeIdx(shifted.subarray(offset), "x")).toEqual({ dimensions: sizes, values });
      }),
      { seed: 1 },
    );
  });

  it.each([
    ["nothing", new Uint8Array(0), "E_IDX_MAGIC", "idx x: magic number got nothing, expected 0x000008NN"],
    ["text", new TextEncoder().encode("<html>"), "E_IDX_MAGIC", "got 0x3c68746d"],
    ["floats", Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0), "E_IDX_MAGIC", "got 0x00000d01"],
    ["a torn header", SMALL.subarray(0, 9), "E_IDX_TRUNCATED", "got 9 bytes, expected at least 12"],
    ["torn values", SMALL.subarray(0, 15), "E_IDX_TRUNCATED", "got 15 bytes, expected 18 for 2x3"],
    ["a long tail", Buffer.concat([SMALL, Uint8Array.of(0)]), "E_IDX_TRAILING", "got 19 bytes, expected 18 for 2x3"],
  ])("refuses %s", (_, bytes, code, message) => {
    expect(() => decodeIdx(bytes, "x")).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it("counts no values where a dimension is zero, however large the others are", () => {
    const bytes = new Uint8Array(4 + 4 * 200).fill(255);
    bytes.set([0, 0, 8, 200]);
    bytes.fill(0, bytes.length - 4);
    expect(decodeIdx(bytes, "x").values.length).toBe(0);
    expect(() => decodeIdx(Buffer.concat([bytes, Uint8Array.of(1)]), "x")).toThrow(
      expect.objectContaining({ code: "E_IDX_TRAILING" }),
    );
  });
});
