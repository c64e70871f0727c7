import { describe, expect, it } from "vitest";
import { type ImageSplit, normalisePixels, pixelStatistics, SequentialBatches } from "../../src/data/index.ts";
import { MemoryPixels } from "../../src/data/memory-pixels.ts";
import { allPixels } from "./all-pixels.ts";
import { samplePixels } from "./sample-files.ts";

const SHAPE = { height: 3, width: 2, channels: 1 } as const;
const SPLIT: ImageSplit = {
  shape: SHAPE,
  pixels: new MemoryPixels(SHAPE, samplePixels({ height: 7 * 3, width: 2, channels: 1 })),
  labels: Uint16Array.from([0, 1, 2, 3, 4, 5, 6]),
  count: 7,
};
const STATISTICS = pixelStatistics(SPLIT);
const NORMALISED = normalisePixels(allPixels(SPLIT), STATISTICS);

describe("SequentialBatches", () => {
  it("goes through all images in order and pads the last batch", () => {
    const batches = [...new SequentialBatches({ split: SPLIT, statistics: STATISTICS, batchSize: 3 })];
    expect(batches.map(({ count }) => count)).toEqual([3, 3, 1]);
    expect(batches.map(({ labels }) => [...labels])).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 0, 0],
    ]);
    expect(batches.map(({ images }) => images.length)).toEqual([18, 18, 18]);
    expect(batches[1]!.images).toEqual(NORMALISED.slice(18, 36));
    expect([...batches[2]!.images]).toEqual([...NORMALISED.slice(36), ...new Array(12).fill(0)]);
  });

  it("keeps to the given indices, and may hold fewer images than a batch", () => {
    const batches = new SequentialBatches({ split: SPLIT, indices: [5, 2], statistics: STATISTICS, batchSize: 4 });
    expect([batches.count, batches.batchCount]).toEqual([2, 1]);
    const { labels, images, count } = batches.batch(0);
    expect([count, ...labels]).toEqual([2, 5, 2, 0, 0]);
    expect(images.slice(6, 12)).toEqual(NORMALISED.slice(12, 18));
  });

  it("refuses a batch size of nothing and a batch that is not there", () => {
    expect(() => new SequentialBatches({ split: SPLIT, statistics: STATISTICS, batchSize: 0 })).toThrow(
      /batch size got 0/,
    );
    const batches = new SequentialBatches({ split: SPLIT, statistics: STATISTICS, batchSize: 4 });
    expect(() => batches.batch(2)).toThrow(/index got 2, expected 0 to 1/);
  });
});
