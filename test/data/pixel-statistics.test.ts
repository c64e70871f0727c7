import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ImageSplit, normalisationTable, normalisePixels, pixelStatistics } from "../../src/data/index.ts";
import { MemoryPixels } from "../../src/data/memory-pixels.ts";
import { allPixels } from "./all-pixels.ts";
import { samplePixels } from "./sample-files.ts";

function splitOf(pixels: Uint8Array, channels: 1 | 3): ImageSplit {
  const count = pixels.length / (4 * channels);
  const shape = { height: 2, width: 2, channels };
  return { shape, pixels: new MemoryPixels(shape, pixels), labels: new Uint16Array(count), count };
}

describe("pixelStatistics", () => {
  it("gives mean and population deviation of each channel", () => {
    const pixels = Uint8Array.of(0, 255, 51, 255, 255, 51, 0, 255, 51, 255, 255, 51);
    expect(pixelStatistics(splitOf(pixels, 3))).toEqual({
      mean: [0.5, 1, 0.2],
      standardDeviation: [0.5, 1 / 255, 1 / 255],
    });
  });

  it("agrees with the textbook sums", () => {
    const pixels = samplePixels({ height: 40, width: 2, channels: 1 });
    const mean = pixels.reduce((sum, x) => sum + x / 255, 0) / pixels.length;
    const variance = pixels.reduce((sum, x) => sum + (x / 255 - mean) ** 2, 0) / pixels.length;
    const { mean: means, standardDeviation } = pixelStatistics(splitOf(pixels, 1));
    expect(means[0]).toBeCloseTo(mean, 12);
    expect(standardDeviation[0]).toBeCloseTo(Math.sqrt(variance), 12);
  });

  it("does not depend on the order, to the bit, and looks at the chosen images only", () => {
    const split = splitOf(samplePixels({ height: 40, width: 2, channels: 3 }), 3);
    const indices = fc.shuffledSubarray([0, 3, 4, 9, 12, 19], { minLength: 6 });
    const expected = pixelStatistics(split, [0, 3, 4, 9, 12, 19]);
    fc.assert(
      fc.property(indices, (order) => {
        expect(pixelStatistics(split, order)).toEqual(expected);
      }),
      { seed: 1, numRuns: 20 },
    );
    expect(expected).not.toEqual(pixelStatistics(split));
  });
});

describe("normalisation", () => {
  it("brings the images it was made from to mean 0 and deviation 1", () => {
    const split = splitOf(samplePixels({ height: 400, width: 2, channels: 3 }), 3);
    const values = normalisePixels(allPixels(split), pixelStatistics(split));
    for (let channel = 0; channel < 3; channel++) {
      const own = values.filter((_, i) => i % 3 === channel);
      const mean = own.reduce((sum, x) => sum + x, 0) / own.length;
      expect(mean).toBeCloseTo(0, 5);
      expect(own.reduce((sum, x) => sum + (x - mean) ** 2, 0) / own.length).toBeCloseTo(1, 5);
    }
  });

  it("divides a channel that never changes by one grey level", () => {
    const table = normalisationTable({ mean: [0.2], standardDeviation: [1 / 255] });
    expect(table[51]).toBe(0);
    expect(table[52]).toBeCloseTo(1, 5);
  });
});
