import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countDuplicates, firstOccurrences } from "../../src/data/duplicates.ts";
import { MemoryPixels } from "../../src/data/memory-pixels.ts";

describe("firstOccurrences", () => {
  it("finds the first image with the same pixels", () => {
    const shape = { height: 1, width: 2, channels: 1 } as const;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 30 }), (images) => {
        const keys = images.map((image) => image.join());
        const firsts = firstOccurrences(new MemoryPixels(shape, Uint8Array.from(images.flat())));
        expect([...firsts]).toEqual(keys.map((key) => keys.indexOf(key)));
      }),
      { seed: 1 },
    );
  });
});

describe("countDuplicates", () => {
  it("tells within, across and conflicting apart, worst examples first", () => {
    const counts = countDuplicates({
      firsts: [0, 0, 2, 3, 0, 2, 6, 6],
      labels: [0, 0, 1, 1, 0, 0, 1, 1],
      train: [0, 1, 2, 3],
      test: [4, 5, 6, 7],
      nameOf: (index) => `i${index}`,
    });
    expect(counts).toEqual({
      withinTrain: 1,
      acrossSplits: 2,
      labelConflicts: 1,
      examples: [
        { first: "i2", second: "i5", isAcrossSplits: true, isConflict: true },
        { first: "i0", second: "i4", isAcrossSplits: true, isConflict: false },
        { first: "i0", second: "i1", isAcrossSplits: false, isConflict: false },
        { first: "i6", second: "i7", isAcrossSplits: false, isConflict: false },
      ],
    });
  });
});
