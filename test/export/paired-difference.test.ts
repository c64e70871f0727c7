import { describe, expect, it } from "vitest";
import { pairedDifference } from "../../src/export/index.ts";
import { RandomStreams } from "../../src/random/index.ts";

/** Answers of two networks: right by both, by the first alone, by the second alone, by none. */
function answers(both: number, first: number, second: number, none: number) {
  const repeat = (counts: readonly [number, number][]) =>
    counts.flatMap(([count, hit]) => Array<number>(count).fill(hit));
  return [
    repeat([
      [both, 1],
      [first, 1],
      [second, 0],
      [none, 0],
    ]),
    repeat([
      [both, 1],
      [first, 0],
      [second, 1],
      [none, 0],
    ]),
  ] as const;
}

describe("a paired difference", () => {
  it("has the interval of Agresti and Min, who add half an image to each of the four fields", () => {
    const [first, second] = answers(794, 150, 86, 570);
    const { difference, interval } = pairedDifference(first, second);
    const [n, b, c] = [1602, 150.5, 86.5];
    const reach = (1.959963984540054 * Math.sqrt(b + c - (b - c) ** 2 / n)) / n;
    expect(difference).toBeCloseTo(64 / 1600, 12);
    expect(interval[0]).toBeCloseTo(64 / n - reach, 12);
    expect(interval[1]).toBeCloseTo(64 / n + reach, 12);
    // The approval ratings of their example: 0.04, Wald's own interval 0.0212 to 0.0588.
    expect(interval.map((end) => Math.round(1000 * end) / 1000)).toEqual([0.021, 0.059]);
  });

  it("turns its sign with the order, and knows that agreement on few images says little", () => {
    const [first, second] = answers(10, 6, 2, 3);
    const [there, back] = [pairedDifference(first, second), pairedDifference(second, first)];
    expect(back.difference).toBe(-there.difference);
    expect(back.interval[0]).toBeCloseTo(-there.interval[1], 12);
    const { difference, interval } = pairedDifference([1, 1, 0], [1, 1, 0]);
    expect(difference).toBe(0);
    expect(interval[1]).toBeGreaterThan(0.3);
    expect(interval[0]).toBe(-interval[1]);
    expect(pairedDifference([1], [0]).interval[1]).toBe(1);
  });

  it("takes means over several networks: narrower than one of them alone", () => {
    const [found, one] = answers(40, 30, 10, 20);
    const other = one.map((hit, image) => (image % 3 === 0 ? 1 - hit : hit));
    const mean = one.map((hit, image) => (hit + other[image]!) / 2);
    const { difference } = pairedDifference(found, mean);
    const alone = [pairedDifference(found, one), pairedDifference(found, other)];
    expect(difference).toBeCloseTo((alone[0]!.difference + alone[1]!.difference) / 2, 12);
  });

  it.each([
    { images: 30, both: 0.6, first: 0.2, second: 0.1 },
    { images: 200, both: 0.8, first: 0.05, second: 0.05 },
    { images: 1000, both: 0.85, first: 0.01, second: 0.03 },
  ])("holds the true difference 95 times in 100: %o", ({ images, both, first, second }) => {
    const stream = new RandomStreams(7).stream("simulation");
    const TRIALS = 2000;
    let held = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const hits: [number[], number[]] = [[], []];
      for (let image = 0; image < images; image++) {
        const draw = stream.uniform();
        hits[0].push(draw < both + first ? 1 : 0);
        hits[1].push(draw < both || (draw >= both + first && draw < both + first + second) ? 1 : 0);
      }
      const [low, high] = pairedDifference(...hits).interval;
      if (low <= first - second && first - second <= high) held++;
    }
    expect(held / TRIALS).toBeGreaterThan(0.94);
    expect(held / TRIALS).toBeLessThan(0.985);
  });
});
