import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TrainingBatches, type TrainingBatchesOptions } from "../../src/data/index.ts";
import { MemoryPixels } from "../../src/data/memory-pixels.ts";
import { drawBalanced } from "../../src/data/sampling.ts";
import { RandomStreams } from "../../src/random/index.ts";

const countsOf = (values: Iterable<number>): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

describe("drawBalanced", () => {
  it("shows each class equally often and its images in turn, in an epoch as long as before", () => {
    const labels = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(labels, fc.integer({ min: 1, max: 1000 }), fc.boolean(), (all, seed, isHalf) => {
        const indices = Uint32Array.from([...all.keys()].filter((index) => !isHalf || index % 2 === 0));
        const stream = () => new RandomStreams(seed).stream("epoch");
        const drawn = drawBalanced(indices, all, stream());
        expect(drawn).toEqual(drawBalanced(indices, all, stream()));
        expect(drawn).toHaveLength(indices.length);
        expect([...drawn].every((index) => indices.includes(index))).toBe(true);
        const byClass = [...countsOf(Array.from(drawn, (index) => all[index]!)).values()];
        const present = new Set(Array.from(indices, (index) => all[index]!)).size;
        expect(Math.max(...byClass) - (byClass.length < present ? 0 : Math.min(...byClass))).toBeLessThanOrEqual(1);
        const times = countsOf(drawn);
        for (const label of new Set(all)) {
          const own = Array.from(indices).filter((index) => all[index] === label);
          const shown = own.map((index) => times.get(index) ?? 0);
          expect(Math.max(0, ...shown) - Math.min(Number.POSITIVE_INFINITY, ...shown)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe("TrainingBatches", () => {
  const counts = [40, 8, 2];
  const labels = Uint16Array.from(counts.flatMap((count, label) => Array<number>(count).fill(label)));
  const pixels = Uint8Array.from({ length: 50 * 16 }, (_, i) => Math.floor(i / 16));
  const shape = { height: 4, width: 4, channels: 1 } as const;
  const options: TrainingBatchesOptions = {
    split: { shape, pixels: new MemoryPixels(shape, pixels), labels, count: 50 },
    statistics: { mean: [0], standardDeviation: [1] },
    augmentation: { cropPadding: 0, horizontalFlip: false, cutoutSize: 0 },
    ...{ batchSize: 10, streams: new RandomStreams(3), name: "train" },
  };
  const shown = (batches: TrainingBatches, epoch: number) =>
    Array.from({ length: batches.batchCount }, (_, index) => [...batches.batch(epoch, index).labels]).flat();

  it("balances each epoch in another order, and is as it was without", () => {
    const balanced = new TrainingBatches({ ...options, sampling: "balanced" });
    expect(balanced.batchCount).toBe(5);
    for (const epoch of [0, 1]) {
      const times = [...countsOf(shown(balanced, epoch)).values()].sort();
      expect(times).toEqual([16, 17, 17]);
    }
    expect(shown(balanced, 0)).not.toEqual(shown(balanced, 1));
    const plain = new TrainingBatches(options);
    expect(shown(new TrainingBatches({ ...options, sampling: "as-is" }), 0)).toEqual(shown(plain, 0));
    const once = countsOf(shown(plain, 0));
    expect(counts.map((_, label) => once.get(label))).toEqual(counts);
  });
});
