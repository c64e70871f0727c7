import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Supports } from "../../../src/choice/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import { Nb201Table, nb201Space } from "../../../src/spaces/nas-bench-201/index.ts";
import { type PathEffects, recoverPathEffects } from "../../../src/sparse/index.ts";
import { bestSupports, scoreOf, stayActive } from "../../../src/strategies/measured/supports-by-effects.ts";

const FIGURES = { l1Weight: 1, dualityGap: 0, relativeResidual: 0.5 };
const SIZES = [4, 3, 5];
const KEEPS = [1, 1, 2];

/** Effects of candidates and of some pairs, all drawn. */
function drawn(seed: number, pairCount: number): PathEffects {
  const stream = new RandomStreams(seed).stream("effects");
  const place = () => {
    const group = stream.integer(SIZES.length);
    return { group, candidate: stream.integer(SIZES[group]!) };
  };
  const effects = SIZES.map((size) => Array.from({ length: size }, () => stream.normal()));
  const pairs = Array.from({ length: pairCount }, () => ({ first: place(), second: place(), effect: stream.normal() }));
  return { effects, pairs, correlations: effects, ...FIGURES };
}

const all: Supports = SIZES.map((size) => Array.from({ length: size }, (_, index) => index));

/** Every architecture of the groups. */
function architectures(): readonly Supports[] {
  const pairs = all[2]!.flatMap((a) => all[2]!.filter((b) => b > a).map((b) => [a, b]));
  return all[0]!.flatMap((a) => all[1]!.flatMap((b) => pairs.map((pair) => [[a], [b], pair])));
}

describe("what is kept in NAS-Bench-201, by 2,000 noisy readings of its table", () => {
  const file = new URL("../../../data/nas-bench-201/cells.csv.gz", import.meta.url);
  const table = Nb201Table.parse(gunzipSync(readFileSync(file)).toString("utf8"));
  const space = nb201Space();
  const groups = space.groups.map(({ candidates }) => candidates.map((_, index) => index));
  const accuracyOf = (supports: Supports) => table.row(space.derive(supports)).cifar10;

  it("ties with all 3x3 by candidates alone, and is better than that by pairs of good ones", () => {
    const stream = new RandomStreams(1).stream("readings");
    // What a search has left after some rounds.
    const active = groups.map(() => [1, 2, 3]);
    const measurements = Array.from({ length: 2000 }, () => {
      const kept = active.map((indices) => [indices[stream.integer(indices.length)]!]);
      return { kept, value: -Math.log(100 - accuracyOf(kept)) + 0.1 * stream.normal() };
    });
    const candidates = groups.map(({ length }) => length);
    const ones = groups.map(() => 1);
    const alone = recoverPathEffects(measurements, { candidates });
    const together = recoverPathEffects(measurements, { candidates, pairsOf: active });
    const [first, second] = [alone, together].map((effects) => accuracyOf(bestSupports(effects, active, ones)));
    expect(first).toBeLessThan(94);
    expect(second).toBeGreaterThan(94.1);
  });
});

describe("what is kept by the effects of candidates", () => {
  it("is chosen among active candidates alone, by correlation where effects are equal", () => {
    const effects: PathEffects = {
      ...{ ...FIGURES, pairs: [] },
      effects: [[3, 0, 0, 0, -1]],
      correlations: [[3, -0.2, 0.1, 0.1, -1]],
    };
    expect(bestSupports(effects, [[0, 1, 2, 3, 4]], [1])).toEqual([[0]]);
    expect(bestSupports(effects, [[1, 2, 3, 4]], [1])).toEqual([[2]]);
    expect(bestSupports(effects, [[1, 2, 3, 4]], [3])).toEqual([[1, 2, 3]]);
    expect(bestSupports(effects, [[1, 4]], [1])).toEqual([[1]]);
    expect(stayActive(effects, [[0, 1, 2, 4]], [2], [[0]])).toEqual([[0, 2]]);
  });

  it("is, with pairs, never worse than by candidates alone, and no exchange of one candidate is better", () => {
    let better = 0;
    const property = fc.property(fc.nat(1e6), (seed) => {
      const effects = drawn(seed, 12);
      const score = scoreOf(effects);
      const best = bestSupports(effects, all, KEEPS);
      const alone = bestSupports({ ...effects, pairs: [] }, all, KEEPS);
      expect(score(best)).toBeGreaterThanOrEqual(score(alone));
      if (score(best) > score(alone) + 1e-9) better++;
      const differences = (other: Supports) =>
        other.flatMap((support, group) => support.filter((index) => !best[group]!.includes(index))).length;
      for (const other of architectures()) {
        if (differences(other) === 1) expect(score(other)).toBeLessThanOrEqual(score(best) + 1e-9);
      }
    });
    fc.assert(property, { seed: 1, numRuns: 100 });
    expect(better).toBeGreaterThan(20);
  });

  it("stays active with the best, and beside it what does well together with other candidates", () => {
    const property = fc.property(fc.nat(1e6), (seed) => {
      const effects = drawn(seed, 12);
      const best = bestSupports(effects, all, KEEPS);
      const active = stayActive(effects, all, [2, 2, 3], best);
      expect(active.map(({ length }) => length)).toEqual([2, 2, 3]);
      for (const [group, support] of best.entries())
        expect(active[group]).toEqual(expect.arrayContaining([...support]));
      expect(stayActive(effects, all, KEEPS, best)).toEqual(best);
    });
    fc.assert(property, { seed: 1, numRuns: 50 });
    // By itself the last candidate of the first group is the worst; with the first of the second group it is the best.
    const effects: PathEffects = {
      ...FIGURES,
      effects: [
        [1, 0.5, 0],
        [0, 0.1],
      ],
      pairs: [{ first: { group: 0, candidate: 2 }, second: { group: 1, candidate: 0 }, effect: 0.9 }],
      correlations: [
        [0, 0, 0],
        [0, 0],
      ],
    };
    const active = [
      [0, 1, 2],
      [0, 1],
    ];
    const best = bestSupports(effects, active, [1, 1]);
    expect(best).toEqual([[0], [1]]);
    expect(stayActive(effects, active, [2, 2], best)).toEqual([
      [0, 2],
      [0, 1],
    ]);
  });
});
