import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChoiceGroup, Supports } from "../../src/choice/index.ts";
import { createWasmDevice, type Device } from "../../src/device/index.ts";
import type { NetworkBuilder, SearchedSpace } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import {
  type Contest,
  type Entry,
  RandomContest,
  type SearchResult,
  type Strategy,
  sizeOf,
} from "../../src/search/index.ts";
import { nb201Space } from "../../src/spaces/nas-bench-201/index.ts";
import { dropPaths } from "../../src/strategies/one-shot/path-dropout.ts";
import { oneShot } from "../../src/strategies/one-shot/strategy.ts";
import { randomWs } from "../../src/strategies/random-ws/strategy.ts";
import { Evolution } from "../../src/strategies/spos/evolution.ts";
import { spos } from "../../src/strategies/spos/strategy.ts";
import { TINY_NB201 } from "../tiny-macros.ts";
import { BATCH, brightness, PLANTED, SEEING } from "./planted-space.ts";

function groupsOf(...counts: readonly number[]): readonly ChoiceGroup[] {
  return counts.map((count, group) => ({
    ...{ name: `group${group}`, sparsity: 1 },
    candidates: Array.from({ length: count }, (_, index) => ({ name: `c${index}`, label: `${index}`, cost: 0 })),
  }));
}

/** Nobody asks for its networks. */
function spaceOf(groups: readonly ChoiceGroup[]): SearchedSpace {
  return { groups, network: () => undefined as unknown as NetworkBuilder };
}

const GROUPS = groupsOf(5, 5, 5, 5, 5, 5);
const NO_LIMITS = { maxParameters: null, maxMacs: null };

const keyOf = (supports: Supports) => supports.join("/");
const distance = (a: Supports, b: Supports) => a.filter((support, group) => support[0] !== b[group]![0]).length;

type MakeContest = (seed: number, count: number, entries?: readonly Entry[]) => Contest;

const evolution: MakeContest = (seed, count, entries = []) =>
  new Evolution(
    { space: spaceOf(GROUPS), streams: new RandomStreams(seed) },
    { population: 50, limits: NO_LIMITS },
    count,
    entries,
  );
const randomContest: MakeContest = (seed, count, entries = []) =>
  new RandomContest(
    {
      context: { space: spaceOf(GROUPS), streams: new RandomStreams(seed) },
      ...{ name: "ranked", limits: NO_LIMITS, count },
    },
    entries,
  );

/** To its end, with scores by distance from `best`. */
function finish(contest: Contest, best: Supports): readonly Entry[] {
  for (let { next } = contest; next !== null; { next } = contest) contest.take(distance(next, best));
  return contest.entries;
}

describe.each([
  ["evolution", evolution],
  ["random architectures", randomContest],
] as const)("%s", (_, make) => {
  const best: Supports = GROUPS.map(() => [3]);

  it("rank as many as fit, none twice", () => {
    for (const count of [1, 3, 7, 64, 250]) {
      const entries = finish(make(1, count), best);
      expect(entries).toHaveLength(count);
      expect(new Set(entries.map(({ supports }) => keyOf(supports))).size).toBe(count);
    }
    expect(make(1, 0).next).toBeNull();
  });

  it("go on from any place as if they had never stopped", () => {
    const whole = finish(make(2, 90), best);
    for (const place of [0, 1, 22, 23, 45, 89, 90]) {
      const again = make(2, 90, whole.slice(0, place));
      expect(again.entries).toEqual(whole.slice(0, place));
      expect(finish(again, best)).toEqual(whole);
    }
  });

  it("take a score that is not finite for the worst", () => {
    const contest = make(3, 60);
    for (let { next } = contest; next !== null; { next } = contest) contest.take(next[0]![0] === 1 ? 5 : null);
    expect(contest.entries.some(({ score }) => score === null)).toBe(true);
  });
});

describe("evolution", () => {
  it("finds what is good where random architectures do not, with as many of them", () => {
    const property = fc.property(fc.nat(1e6), (seed) => {
      const stream = new RandomStreams(seed).stream("best");
      const best = GROUPS.map(() => [stream.integer(5)]);
      const least = (entries: readonly Entry[]) => Math.min(...entries.map(({ score }) => score!));
      const [evolved, drawn] = [
        least(finish(evolution(seed, 300), best)),
        least(finish(randomContest(seed, 300), best)),
      ];
      expect(evolved).toBe(0);
      expect(drawn).toBeGreaterThanOrEqual(evolved);
    });
    fc.assert(property, { seed: 1, numRuns: 20 });
  });

  it("makes half of a generation of what two of the best fifth keep, and half by changing a tenth of one of them", () => {
    const best: Supports = GROUPS.map(() => [3]);
    const entries = finish(evolution(4, 200), best);
    const [first, second] = [entries.slice(0, 50), entries.slice(50, 100)];
    const parents = [...first].sort((a, b) => a.score! - b.score!).slice(0, 10);
    const kept = GROUPS.map((_, group) => new Set(parents.map(({ supports }) => supports[group]![0])));
    for (const { supports } of second.slice(0, 25)) {
      for (const [group, [candidate]] of supports.entries()) expect(kept[group]!.has(candidate)).toBe(true);
    }
    const changes = second
      .slice(25)
      .map(({ supports }) => Math.min(...parents.map((parent) => distance(parent.supports, supports))));
    expect(Math.min(...changes)).toBe(1);
    expect(changes.reduce((sum, count) => sum + count, 0) / changes.length).toBeLessThan(2);
  });

  it("has four generations at least, and ends where a small space has no more", () => {
    const best: Supports = [[0], [0]];
    const small = (count: number) =>
      new Evolution(
        { space: spaceOf(groupsOf(2, 3)), streams: new RandomStreams(1) },
        { population: 50, limits: NO_LIMITS },
        count,
        [],
      );
    expect(finish(small(40), best)).toHaveLength(6);
  });
});

describe("path dropout", () => {
  const groups = groupsOf(5, 3);
  const shares = (progress: number) => {
    const stream = new RandomStreams(1).stream("dropout");
    const counts = groups.map(({ candidates }) => candidates.map(() => 0));
    let all = 0;
    const draws = 20_000;
    for (let draw = 0; draw < draws; draw++) {
      const supports = dropPaths(groups, stream, { rate: 0.1, progress });
      for (const [group, support] of supports.entries()) for (const index of support) counts[group]![index]!++;
      if (supports[0]!.length === 5) all++;
      expect(supports.every(({ length }) => length > 0)).toBe(true);
    }
    return { kept: counts.map((group) => group.map((count) => count / draws)), all: all / draws };
  };

  it("leaves out nothing at first, and r^(1/k) of k candidates from the middle on", () => {
    expect(shares(0).all).toBe(1);
    const ramped = 0.05 ** (1 / 5);
    for (const [progress, dropped] of [
      [0.25, ramped],
      [0.5, 0.1 ** (1 / 5)],
      [1, 0.1 ** (1 / 5)],
    ] as const) {
      const { kept, all } = shares(progress);
      expect(all).toBeCloseTo((1 - dropped) ** 5, 2);
      // Where all would be left out, one is kept all the same.
      const saved = dropped ** 5 / 5;
      for (const share of kept[0]!) expect(share).toBeCloseTo(1 - dropped + saved, 1.7);
    }
    const { kept } = shares(1);
    for (const share of kept[1]!) expect(share).toBeCloseTo(1 - 0.1 ** (1 / 3) + 0.1 / 3, 1.7);
  });
});

describe("limits", () => {
  const { groups, superNetwork } = nb201Space();
  const space: SearchedSpace = { groups, network: (supports) => superNetwork(TINY_NB201, supports) };
  const macsOf = (supports: Supports) => sizeOf(space.network(supports)).macs;
  const limits = { maxParameters: null, maxMacs: macsOf([[3], [3], [1], [0], [0], [2]]) };
  const context = { space, streams: new RandomStreams(1) };

  it.each([
    ["evolution", new Evolution(context, { population: 10, limits }, 60, [])],
    ["random architectures", new RandomContest({ context, name: "ranked", limits, count: 60 }, [])],
  ] as const)("hold for all that %s rank", (_, contest) => {
    // Towards the largest.
    const entries = finish(contest, [[3], [3], [3], [3], [3], [3]]);
    expect(entries).toHaveLength(60);
    for (const { supports } of entries) expect(macsOf(supports)).toBeLessThanOrEqual(limits.maxMacs);
    expect(new Set(entries.map(({ supports }) => macsOf(supports))).size).toBeGreaterThan(5);
  });
});

/** Trains and ranks in the planted space. */
async function run(strategy: Strategy, given: object = {}, seed = 1) {
  const device = await createWasmDevice({ threads: 1 });
  const options = strategy.options({ batch: BATCH, learningRate: 0.1, epochs: 4, ...given } as never, null as never);
  const search = strategy.start(
    {
      ...{ device, space: PLANTED, streams: new RandomStreams(seed), clock: () => 0, maxLoss: 1000 },
      batches: [brightness("weights", 48), brightness("scored", 48)],
    },
    options,
    null,
  );
  const events = search.run();
  for (;;) {
    const next = await events.next();
    if (!next.done) continue;
    await device.close();
    const { ranking } = search.state() as unknown as { ranking: { entries: readonly Entry[] } };
    return { result: next.value as SearchResult, entries: ranking.entries.map(({ supports }) => supports) };
  }
}

describe.each([spos, randomWs, oneShot])("$kind", (strategy) => {
  it("finds what was planted, whatever the seed, from as many architectures as have the passes of its epochs", async () => {
    for (const seed of [1, 2, 3]) {
      const { result, entries } = await run(strategy as Strategy, { rankingShare: 0.5 }, seed);
      expect(result.supports).toEqual(SEEING.map((index) => [index]));
      // Two epochs of 48 passes, of which an architecture takes eight: twelve, as many as the space has.
      expect(entries).toHaveLength(12);
      expect(result.details).toEqual({ ranked: 12 });
    }
  });

  it("ranks what it began to rank, however many epochs it is given in the middle of it", async () => {
    const given = { batch: BATCH, learningRate: 0.1, epochs: 4, rankingShare: 0.5 };
    const context = (device: Device) => ({
      ...{ device, space: PLANTED, streams: new RandomStreams(1), clock: () => 0, maxLoss: 1000 },
      batches: [brightness("weights", 16), brightness("scored", 16)],
    });
    const device = await createWasmDevice({ threads: 1 });
    const optionsOf = (epochs: number) => (strategy as Strategy).options({ ...given, epochs } as never, null as never);
    const first = (strategy as Strategy).start(context(device), optionsOf(4), null);
    const entriesOf = (state: unknown) =>
      (state as { ranking: { entries: readonly Entry[] } | null }).ranking?.entries ?? [];
    for await (const _ of first.run()) if (entriesOf(first.state()).length === 1) break;
    const state = JSON.parse(JSON.stringify(first.state()));
    for (const epochs of [3, 4, 9]) {
      const again = (strategy as Strategy).start(context(device), optionsOf(epochs), state);
      const events = [];
      for await (const event of again.run()) events.push(event);
      const entries = entriesOf(again.state());
      expect(entries[0]).toEqual(entriesOf(state)[0]);
      // Two epochs of two each; of three epochs the second of them is left out.
      expect(entries).toHaveLength(epochs === 3 ? 2 : 4);
      expect(events.at(-1)).toMatchObject({ kind: "selection", epoch: epochs });
    }
    await device.close();
  });

  it("says so where one epoch leaves nothing for the ranking", async () => {
    const { result, entries } = await run(strategy as Strategy, { epochs: 1 });
    expect(entries).toEqual([]);
    expect(result.remarks).toEqual([expect.stringContaining("drawn at random")]);
  });
});
