import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitTest } from "../../src/data/split-test.ts";
import { RandomStreams } from "../../src/random/index.ts";

const CLASSES = ["a", "b", "c"];
const split = (
  labels: readonly number[],
  options: { seed?: number; firsts?: readonly number[]; names?: readonly string[] } = {},
) =>
  splitTest({
    labels,
    classNames: options.names ?? CLASSES,
    firsts: options.firsts ?? labels.map((_, i) => i),
    fraction: 0.2,
    streams: new RandomStreams(options.seed ?? 1),
  });

describe("splitTest", () => {
  it("takes a fifth of each class, at least one image and never all", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 80 }), fc.nat(20), (labels, seed) => {
        const { train, test } = split(labels, { seed });
        expect([...train, ...test].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
        for (let label = 0; label < 3; label++) {
          const total = labels.filter((other) => other === label).length;
          const taken = [...test].filter((i) => labels[i] === label).length;
          expect(taken).toBe(total < 2 ? 0 : Math.max(1, Math.round(total * 0.2)));
        }
      }),
      { seed: 1 },
    );
  });

  it("keeps images with equal pixels together", () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.nat(5)), { maxLength: 40 });
    fc.assert(
      fc.property(pairs, fc.nat(20), (images, seed) => {
        const labels = images.map(([label]) => label);
        const keys = images.map((image) => image.join());
        const firsts = keys.map((key) => keys.indexOf(key));
        const { train, test } = split(labels, { seed, firsts });
        const trained = new Set([...train].map((i) => firsts[i]));
        expect([...test].filter((i) => trained.has(firsts[i]))).toEqual([]);
        expect(train.length + test.length).toBe(images.length);
        for (const label of new Set(labels)) expect([...train].some((i) => labels[i] === label)).toBe(true);
      }),
      { seed: 1 },
    );
  });

  it("draws each class by its name alone", () => {
    const labels = Array.from({ length: 30 }, (_, i) => i % 3);
    const ofClass = (test: Uint32Array, label: number): number[] => [...test].filter((i) => labels[i] === label);
    const [one, renamed] = [split(labels).test, split(labels, { names: ["a", "other", "c"] }).test];
    expect(ofClass(renamed, 0)).toEqual(ofClass(one, 0));
    expect(ofClass(renamed, 2)).toEqual(ofClass(one, 2));
    expect([...split(labels, { seed: 2 }).test]).not.toEqual([...one]);
    expect([...one]).toMatchInlineSnapshot(`
      [
        2,
        16,
        18,
        22,
        23,
        27,
      ]
    `);
  });
});
