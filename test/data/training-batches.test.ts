import { describe, expect, it } from "vitest";
import {
  type Augmentation,
  type ImageSplit,
  NO_AUGMENTATION,
  normalisePixels,
  pixelStatistics,
  TrainingBatches,
} from "../../src/data/index.ts";
import { MemoryPixels } from "../../src/data/memory-pixels.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { allPixels } from "./all-pixels.ts";
import { samplePixels } from "./sample-files.ts";

const SHAPE = { height: 6, width: 6, channels: 3 } as const;
const SPLIT: ImageSplit = {
  shape: SHAPE,
  pixels: new MemoryPixels(SHAPE, samplePixels({ height: 23 * 6, width: 6 })),
  labels: Uint16Array.from({ length: 23 }, (_, i) => i),
  count: 23,
};
const LENGTH = 6 * 6 * 3;
const STATISTICS = pixelStatistics(SPLIT);
const ALL_ON: Augmentation = { cropPadding: 2, horizontalFlip: true, cutoutSize: 3 };

const make = (
  augmentation: Augmentation,
  changed: { seed?: number; name?: string; indices?: number[]; batchSize?: number } = {},
): TrainingBatches => {
  const { seed = 3, name = "weights", indices, batchSize = 5 } = changed;
  const common = {
    split: SPLIT,
    statistics: STATISTICS,
    batchSize,
    augmentation,
    streams: new RandomStreams(seed),
    name,
  };
  return new TrainingBatches(indices === undefined ? common : { ...common, indices });
};

const epochLabels = (batches: TrainingBatches, epoch: number): number[] =>
  Array.from({ length: batches.batchCount }, (_, i) => [...batches.batch(epoch, i).labels]).flat();

describe("TrainingBatches", () => {
  it("shows each image at most once an epoch, in another order each time, and drops the rest", () => {
    const batches = make(ALL_ON);
    expect(batches.batchCount).toBe(4);
    const [first, second] = [epochLabels(batches, 0), epochLabels(batches, 1)];
    expect(new Set(first).size).toBe(20);
    expect(new Set(second).size).toBe(20);
    expect(first).not.toEqual(second);
    expect(new Set([0, 1, 2, 3, 4].flatMap((epoch) => epochLabels(batches, epoch))).size).toBe(23);
  });

  it("gives the normalised images of its labels", () => {
    const { images, labels, count } = make(NO_AUGMENTATION).batch(2, 1);
    const normalised = normalisePixels(allPixels(SPLIT), STATISTICS);
    expect(count).toBe(5);
    labels.forEach((label, i) => {
      expect(images.slice(i * LENGTH, (i + 1) * LENGTH)).toEqual(
        normalised.slice(label * LENGTH, (label + 1) * LENGTH),
      );
    });
  });

  it("makes any batch on its own, with the same bits", () => {
    const whole = make(ALL_ON);
    const made = [0, 1, 2].flatMap((epoch) => [0, 1, 2, 3].map((index) => whole.batch(epoch, index)));
    for (const position of [11, 6, 0, 7]) {
      expect(make(ALL_ON).batch(Math.floor(position / 4), position % 4)).toEqual(made[position]);
    }
  });

  it("depends on the seed and the name, in order and augmentation", () => {
    const images = (batches: TrainingBatches): Float32Array => batches.batch(0, 0).images;
    expect(epochLabels(make(ALL_ON, { seed: 4 }), 0)).not.toEqual(epochLabels(make(ALL_ON), 0));
    expect(epochLabels(make(ALL_ON, { name: "architecture" }), 0)).not.toEqual(epochLabels(make(ALL_ON), 0));
    expect(images(make({ ...ALL_ON, cutoutSize: 0 }))).not.toEqual(images(make(ALL_ON)));
    expect(images(make(ALL_ON))).toEqual(images(make(ALL_ON)));
  });

  it("augments the same image differently in each batch, epoch and place", () => {
    const batches = make(ALL_ON, { indices: new Array(10).fill(4) });
    const seen = [0, 1].flatMap((epoch) => [0, 1].map((index) => String(batches.batch(epoch, index).images)));
    expect(new Set(seen).size).toBe(4);
    const { images } = batches.batch(0, 0);
    expect(
      new Set([0, 1, 2, 3, 4].map((i) => String(images.slice(i * LENGTH, (i + 1) * LENGTH)))).size,
    ).toBeGreaterThan(1);
  });

  it("keeps to the given indices and leaves them as they are", () => {
    const indices = [20, 4, 7, 8, 1];
    expect(epochLabels(make(ALL_ON, { indices, batchSize: 5 }), 0).sort((a, b) => a - b)).toEqual([1, 4, 7, 8, 20]);
    expect(indices).toEqual([20, 4, 7, 8, 1]);
  });

  it("keeps its order between versions", () => {
    expect(epochLabels(make(ALL_ON), 0)).toMatchInlineSnapshot(`
      [
        4,
        9,
        8,
        10,
        3,
        12,
        14,
        15,
        1,
        11,
        2,
        5,
        13,
        21,
        20,
        0,
        22,
        18,
        19,
        16,
      ]
    `);
  });

  it.each([
    [24, "E_BATCH_TOO_LARGE", "got 24, expected at most 23 images"],
    [0, "E_BATCH_SIZE", "got 0"],
    [2.5, "E_BATCH_SIZE", "got 2.5"],
  ])("refuses a batch size of %s", (batchSize, code, message) => {
    expect(() => make(ALL_ON, { batchSize })).toThrow(
      expect.objectContaining({ code, kind: "usage", message: expect.stringContaining(message) }),
    );
  });

  it("refuses a batch that is not there, and an augmentation that does not fit", () => {
    expect(() => make(ALL_ON).batch(0, 4)).toThrow(/index got 4, expected 0 to 3/);
    expect(() => make({ ...ALL_ON, cropPadding: 6 })).toThrow(/cropPadding got 6/);
  });
});
