import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ImageSplit, splitTrain } from "../../src/data/index.ts";
import { MemoryPixels } from "../../src/data/memory-pixels.ts";
import { RandomStreams } from "../../src/random/index.ts";

const splitOf = (labels: readonly number[]): ImageSplit => ({
  shape: { height: 1, width: 1, channels: 1 },
  pixels: new MemoryPixels({ height: 1, width: 1, channels: 1 }, new Uint8Array(labels.length)),
  labels: Uint16Array.from(labels),
  count: labels.length,
});
const stream = (seed: number) => new RandomStreams(seed).stream("split");

describe("splitTrain", () => {
  it("gives disjoint parts that hold everything, with the share of every class within one image", () => {
    const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 10, maxLength: 60 });
    fc.assert(
      fc.property(labels, fc.constantFrom(0.5, 0.3, 0.8), fc.nat(100), (all, fraction, seed) => {
        const { first, second } = splitTrain(splitOf(all), { fraction, stream: stream(seed) });
        expect([...first, ...second].sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
        expect([...first]).toEqual([...first].sort((a, b) => a - b));
        expect(Math.abs(first.length - all.length * fraction)).toBeLessThanOrEqual(0.5);
        for (let label = 0; label < 5; label++) {
          const total = all.filter((other) => other === label).length;
          const own = [...first].filter((i) => all[i] === label).length;
          expect(Math.abs(own - total * fraction)).toBeLessThanOrEqual(1);
        }
      }),
      { seed: 1 },
    );
  });

  it("depends on the stream and on nothing else", () => {
    const split = splitOf(Array.from({ length: 20 }, (_, i) => i % 2));
    const first = (seed: number): number[] => [...splitTrain(split, { fraction: 0.5, stream: stream(seed) }).first];
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
    expect(first(1)).toMatchInlineSnapshot(`
      [
        0,
        2,
        3,
        6,
        7,
        8,
        9,
        13,
        18,
        19,
      ]
    `);
  });

  it.each([0, 1, -0.1, Number.NaN])("refuses a fraction of %s", (fraction) => {
    expect(() => splitTrain(splitOf([0, 1]), { fraction, stream: stream(1) })).toThrow(
      /expected a number between 0 and 1/,
    );
  });

  it("refuses to leave a part empty", () => {
    expect(() => splitTrain(splitOf([0, 1]), { fraction: 0.1, stream: stream(1) })).toThrow(
      expect.objectContaining({ code: "E_SPLIT_EMPTY", kind: "usage" }),
    );
  });
});
