import { describe, expect, it } from "vitest";
import { createWasmDevice, type Device } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import {
  CompressedArchitecture,
  compressionOptions,
  type SearchEvent,
  type SelectionEvent,
  sizeOf,
} from "../../src/search/index.ts";
import { type DartsMacro, dartsCells, searchedSpace } from "../../src/spaces/darts/index.ts";
import { drawArchitecture, type OneStageOptions, OneStageSearch } from "../../src/strategies/one-stage/index.ts";
import type { BatchSource } from "../../src/train/index.ts";
import { TINY_SPEC } from "../tiny-spec.ts";

const BATCH = 8;
const SPEC: DartsMacro = { ...TINY_SPEC, imageChannels: 1, classCount: 3, cellCount: 3 };
const SPACE = searchedSpace(dartsCells(), SPEC);
const OPTIONS: OneStageOptions = {
  ...{ maxEpochs: 4, batch: BATCH, learningRate: 0.05, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5 },
  ...{ labelSmoothing: 0, auxiliaryWeight: 0, recompute: false, costWeight: 0 },
  architecture: compressionOptions({}, 0.05),
  freeze: { rule: "distance", epsilon: 1e-3, patience: 1 },
  limits: { maxParameters: null, maxMacs: null },
};

const NAMES = SPACE.groups.map(({ name }) => name);

const BATCHES: BatchSource = {
  batchCount: 2,
  batch(epoch, index) {
    const stream = new RandomStreams(5).stream(`${epoch}/${index}`);
    return {
      images: Float32Array.from({ length: BATCH * 64 }, () => stream.normal()),
      labels: Float32Array.from({ length: BATCH }, () => stream.integer(3)),
    };
  },
};

/** For the first group weights that no code survives: its z is zero in every recovery, so it stands still. */
const FIRST_STANDS_STILL = SPACE.groups.map(({ candidates }, k) => candidates.map(() => (k === 0 ? 1e12 : 1)));

/** The result, and all selections but the first, which tells what the search began with. */
async function run(
  options: Partial<OneStageOptions>,
  watch: (event: SearchEvent, device: Device) => void = () => {},
  seed = 1,
) {
  const device = await createWasmDevice({ threads: 2 });
  const streams = new RandomStreams(seed);
  const context = { device, space: SPACE, batches: [BATCHES], streams, clock: () => 0, maxLoss: 1000 };
  const settings = { ...OPTIONS, ...options };
  const search = new OneStageSearch(context, drawArchitecture(context, settings), settings).run();
  const recoveries: SelectionEvent[] = [];
  let event = await search.next();
  for (; !event.done; event = await search.next()) {
    watch(event.value, device);
    if (isRecovery(event.value)) recoveries.push(event.value);
  }
  await device.close();
  return { result: event.value, recoveries };
}

function isRecovery(event: SearchEvent): event is SelectionEvent {
  return event.kind === "selection" && event.epoch > 0;
}

const frozenOf = ({ groups }: SelectionEvent) => groups.map(({ isFrozen }) => isFrozen);

const measurementsOf = ({ groups }: SelectionEvent) => groups.map(({ vectors }) => vectors["measurement"]!);

/** Scales of the candidates of a node of the normal cells, all of them numbers that were held at 1. */
function scales(device: Device, node: number): number[] {
  const names = device.names().filter((name) => name.startsWith(`cells.0.nodes.${node}.`) && name.endsWith(".scale"));
  return names.flatMap((name) => [...device.read(name)]);
}

describe("OneStageSearch", () => {
  it("freezes a group that stands still at the epoch that the rule says, and that group alone", async () => {
    const architecture = { ...OPTIONS.architecture, l1Factors: FIRST_STANDS_STILL };
    const seen: { first: number[]; second: number[] }[] = [];
    const watch = (event: SearchEvent, device: Device) => {
      if (isRecovery(event)) seen.push({ first: scales(device, 0), second: scales(device, 1) });
    };
    const freeze = { ...OPTIONS.freeze, patience: 2 };
    const { result, recoveries } = await run({ architecture, freeze }, watch);
    expect(recoveries.map((recovery) => frozenOf(recovery)[0])).toEqual([false, true, true, true]);
    expect(recoveries.every((recovery) => !frozenOf(recovery).slice(1).includes(true))).toBe(true);
    expect(result.details.frozenAt).toEqual(Object.fromEntries(NAMES.map((name, k) => [name, k === 0 ? 2 : 4])));
    expect(result.details).toMatchObject({ searchEpochs: 4, reachedBound: true, frozenByBound: NAMES.slice(1) });
    expect(result.remarks).toEqual([
      `the bound of 4 epochs ended the search: ${NAMES.slice(1).join(", ")} still moved, and are frozen as they are`,
      "frozen after epoch: normal/node0 2",
      expect.stringMatching(/^absorbed with a negative weight: (normal|reduce)/),
      expect.stringMatching(/^explored \d genotypes \(\S+e-\d+ of the space\); \d+ of 196 candidates never ran$/),
    ]);
    const negative = result.mixture!.flatMap((weights) => Array.from(weights).filter((weight) => weight < 0));
    expect([...result.remarks[2]!.matchAll(/\((-[^)]+)\)/g)].map((match) => match[1])).toEqual(
      negative.map((weight) => weight.toPrecision(2)),
    );
    const [, atFreeze, ...later] = recoveries.map(measurementsOf);
    for (const measurements of later) {
      expect(measurements[0]).toEqual(atFreeze![0]);
      expect(measurements[1]).not.toEqual(atFreeze![1]);
    }
    expect(seen.slice(0, 2).every(({ first }) => first.every((scale) => scale === 1))).toBe(true);
    expect(seen[2]!.first.some((scale) => scale !== 1)).toBe(true);
    expect(seen.every(({ second }) => second.every((scale) => scale === 1))).toBe(true);
  });

  it("ends when all groups are frozen, and absorbs their weights", async () => {
    const architecture = { ...OPTIONS.architecture, learningRate: 0, weightDecay: 0 };
    const { result, recoveries } = await run({ architecture });
    expect(recoveries).toHaveLength(1);
    expect(frozenOf(recoveries[0]!)).toEqual(new Array(8).fill(true));
    expect(result.details).toEqual({
      ...{ searchEpochs: 1, reachedBound: false, frozenByBound: [] },
      frozenAt: Object.fromEntries(NAMES.map((name) => [name, 1])),
      dictionaries: NAMES.map((group) => expect.objectContaining({ group, coherenceBound: 1 / 3, isDependent: false })),
    });
    expect(result.mixture!.map((weights) => Array.from(weights))).toEqual(
      recoveries[0]!.groups.map(({ weights }) => weights),
    );
    expect(result.remarks[0]).toBe("all groups stood still after 1 epoch");
    expect(result.exploration).toMatchObject({ distinctGenotypes: 1, switches: new Array(8).fill(0), candidates: 196 });
    expect(result.exploration.neverActive).toBe(196 - 16);
    expect(result.exploration.steps.flat().reduce((sum, steps) => sum + steps, 0)).toBe(16 * BATCHES.batchCount);
  });

  it("takes back everything of a recovery beyond a limit", async () => {
    const initial = (seed: number) =>
      new CompressedArchitecture(SPACE.groups, new RandomStreams(seed), OPTIONS.architecture);
    const seeds = [1, 2, 3, 4, 5, 6];
    const free = await Promise.all(seeds.map((seed) => run({ maxEpochs: 1 }, undefined, seed)));
    const startOf = (seed: number) => sizeOf(SPACE.network(initial(seed).supports)).parameters;
    const seed = seeds.find((candidate, k) => free[k]!.recoveries[0]!.figures["parameters"]! > startOf(candidate))!;
    const limits = { maxParameters: startOf(seed), maxMacs: null };
    const freeze = { rule: "distance", epsilon: 1e9, patience: 1 } as const;
    const { recoveries } = await run({ limits, freeze, maxEpochs: 1 }, undefined, seed);
    expect(recoveries[0]!.isAccepted).toBe(false);
    expect(frozenOf(recoveries[0]!)).toEqual(new Array(8).fill(false));
    expect(recoveries[0]!.groups.map(({ support }) => support)).toEqual(initial(seed).supports);
    expect(measurementsOf(recoveries[0]!)).toEqual(
      initial(seed)
        .state()
        .groups.map(({ measurement }) => measurement),
    );
    expect(recoveries[0]!.exploration.distinctGenotypes).toBe(1);
  });

  it("says when no start fits", async () => {
    await expect(run({ limits: { maxParameters: 10, maxMacs: null } })).rejects.toThrow(/200 random starts/);
  });
});

describe("an architecture that goes back", () => {
  it("has the same state to the last bit, optimizer included, and goes on as if nothing had happened", () => {
    const make = () => new CompressedArchitecture(SPACE.groups, new RandomStreams(9), OPTIONS.architecture);
    const gradients = (scale: number) =>
      SPACE.groups.map((_, group) => [scale * Math.sin(group + 1), scale * Math.cos(group + 1)]);
    const [kept, back] = [make(), make()];
    for (const architecture of [kept, back]) architecture.step(gradients(1));
    const before = back.state();
    const bytes = JSON.stringify(before);
    back.step(gradients(2));
    back.freeze(3);
    expect(JSON.stringify(back.state())).not.toBe(bytes);
    back.restore(before);
    expect(JSON.stringify(back.state())).toBe(bytes);
    for (const architecture of [kept, back]) architecture.step(gradients(3));
    expect(JSON.stringify(back.state())).toBe(JSON.stringify(kept.state()));
  });
});

describe("dearer candidates", () => {
  it("lose to cheaper ones when the l1 weight grows with their cost", async () => {
    const architecture = { ...OPTIONS.architecture, learningRate: 0, weightDecay: 0, l1Weight: 1e-4 };
    const sizes = [];
    for (const costWeight of [0, 3]) {
      const { result } = await run({ architecture, costWeight }, undefined, 2);
      sizes.push(sizeOf(SPACE.network(result.supports)).parameters);
    }
    expect(sizes[1]).toBeLessThan(sizes[0]!);
  });
});
