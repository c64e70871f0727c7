import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStreams } from "../../src/random/index.ts";
import { Nb201Table, nb201Space } from "../../src/spaces/nas-bench-201/index.ts";
import { type PathMeasurement, recoverPathEffects } from "../../src/sparse/index.ts";

const indexOfLargest = (values: readonly number[]) => values.indexOf(Math.max(...values));

describe("effects of candidates from measured paths", () => {
  it("are those that were planted, with two kept of a group as well as one, for any seed", () => {
    const candidates = [14, 7, 5];
    const keeps = [2, 1, 1];
    const property = fc.property(fc.nat(1e6), (seed) => {
      const stream = new RandomStreams(seed).stream("paths");
      const good = candidates.map((count) => stream.integer(count));
      const bad = candidates.map((count, group) => (good[group]! + 1 + stream.integer(count - 1)) % count);
      const measurements = Array.from({ length: 150 }, (): PathMeasurement => {
        const kept = candidates.map((count, group) => {
          const order = stream.shuffle(Array.from({ length: count }, (_, index) => index));
          return order.slice(0, keeps[group]!).sort((a, b) => a - b);
        });
        const value = kept.reduce(
          (sum, chosen, group) => sum + Number(chosen.includes(good[group]!)) - Number(chosen.includes(bad[group]!)),
          0.05 * stream.normal(),
        );
        return { kept, value };
      });
      const { effects, dualityGap, relativeResidual } = recoverPathEffects(measurements, { candidates });
      for (const [group, values] of effects.entries()) {
        expect(values).toHaveLength(candidates[group]!);
        expect(indexOfLargest(values)).toBe(good[group]);
        expect(indexOfLargest(values.map((value) => -value))).toBe(bad[group]);
      }
      expect(dualityGap).toBeLessThan(1e-9);
      expect(relativeResidual).toBeLessThan(0.5);
    });
    fc.assert(property, { seed: 1, numRuns: 25 });
  });

  it("find the main effects of NAS-Bench-201 in 3,000 noisy readings of its table: all 3x3, as the whole table's do", () => {
    const file = new URL("../../data/nas-bench-201/cells.csv.gz", import.meta.url);
    const table = Nb201Table.parse(gunzipSync(readFileSync(file)).toString("utf8"));
    const space = nb201Space();
    const stream = new RandomStreams(1).stream("readings");
    const measurements = Array.from({ length: 3000 }, () => {
      const kept = space.groups.map(({ candidates }) => [stream.integer(candidates.length)]);
      const { cifar10 } = table.row(space.derive(kept));
      return { kept, value: -Math.log(100 - cifar10) + 0.3 * stream.normal() };
    });
    const candidates = space.groups.map((group) => group.candidates.length);
    const { effects } = recoverPathEffects(measurements, { candidates });
    expect(space.derive(effects.map((values) => [indexOfLargest(values)]))).toEqual(new Array(6).fill("nor_conv_3x3"));
  });

  it("of pairs, too, find what main effects cannot: a shortcut that is good beside convolutions alone", () => {
    const candidates = [3, 3, 3];
    const stream = new RandomStreams(2).stream("pairs");
    const measurements = Array.from({ length: 400 }, () => {
      const kept = candidates.map((count) => [stream.integer(count)]);
      const isTogether = kept[0]![0] === 1 && kept[2]![0] === 2;
      return { kept, value: 2 * Number(isTogether) - Number(kept[0]![0] === 1) + 0.1 * stream.normal() };
    });
    expect(recoverPathEffects(measurements, { candidates }).pairs).toEqual([]);
    const pairsOf = candidates.map((count) => Array.from({ length: count }, (_, index) => index));
    const { pairs, effects, relativeResidual } = recoverPathEffects(measurements, { candidates, pairsOf });
    const largest = pairs.reduce((best, pair) => (pair.effect > best.effect ? pair : best));
    expect(largest).toMatchObject({ first: { group: 0, candidate: 1 }, second: { group: 2, candidate: 2 } });
    expect(largest.effect).toBeGreaterThan(1);
    expect(effects[0]![1]).toBeLessThan(0);
    expect(relativeResidual).toBeLessThan(recoverPathEffects(measurements, { candidates }).relativeResidual / 2);
    const some = recoverPathEffects(measurements, { candidates, pairsOf: [[], [0, 1], [0]] });
    expect(some.pairs.every(({ first, second }) => first.group === 1 && second.group >= 1)).toBe(true);
  });

  it("are zero where all paths measure alike, and for what no path kept; the correlation tells equal effects apart", () => {
    const alike = [0, 1, 2].map((index) => ({ kept: [[index]], value: 3 }));
    expect(recoverPathEffects(alike, { candidates: [4] })).toMatchObject({
      ...{ effects: [[0, 0, 0, 0]], pairs: [], correlations: [[0, 0, 0, 0]], l1Weight: 0, relativeResidual: 0 },
    });
    const some = [
      { kept: [[0]], value: 1 },
      { kept: [[1]], value: 0 },
      { kept: [[0]], value: 1.1 },
      { kept: [[1]], value: 0.1 },
    ];
    const { effects, correlations } = recoverPathEffects(some, { candidates: [3], relativeL1Weight: 0.9 });
    expect(effects[0]![2]).toBe(0);
    expect(correlations[0]![0]).toBeGreaterThan(correlations[0]![1]!);
  });

  it("count a measurement of weight 2 as two of weight 1, and one of weight 0 not at all", () => {
    const stream = new RandomStreams(5).stream("weighted");
    const measurements = Array.from({ length: 40 }, () => {
      return { kept: [[stream.integer(3)], [stream.integer(4)]], value: stream.normal(), weight: stream.integer(3) };
    });
    const repeated = measurements.flatMap(({ weight, ...one }) => Array.from({ length: weight }, () => one));
    const weighted = recoverPathEffects(measurements, { candidates: [3, 4] });
    const expected = recoverPathEffects(repeated, { candidates: [3, 4] });
    for (const [group, effects] of expected.effects.entries()) {
      for (const [index, effect] of effects.entries()) expect(weighted.effects[group]![index]).toBeCloseTo(effect, 9);
    }
    expect(weighted.relativeResidual).toBeCloseTo(expected.relativeResidual, 9);
  });

  it("need a measurement", () => {
    expect(() => recoverPathEffects([], { candidates: [2] })).toThrow("got no measured paths");
  });
});
