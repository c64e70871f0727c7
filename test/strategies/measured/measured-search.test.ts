import { describe, expect, it } from "vitest";
import { createWasmDevice, type Device } from "../../../src/device/index.ts";
import type { SearchedSpace } from "../../../src/network/index.ts";
import { RandomStreams } from "../../../src/random/index.ts";
import {
  releasePath,
  type SearchEvent,
  type SearchResult,
  type SelectionEvent,
  weightPaths,
} from "../../../src/search/index.ts";
import { nb201Space } from "../../../src/spaces/nas-bench-201/index.ts";
import { MeasuredSearch } from "../../../src/strategies/measured/measured-search.ts";
import type { MeasuredOptions, MeasuredState } from "../../../src/strategies/measured/measured-state.ts";
import { measured } from "../../../src/strategies/measured/strategy.ts";
import { initialiseWeights } from "../../../src/train/index.ts";
import { noiseBatches } from "../../contract/noise-batches.ts";
import { advance, expectToGoOnAnywhere } from "../../contract/stopped-anywhere.ts";
import { TINY_NB201 } from "../../tiny-macros.ts";
import { BATCH, brightness, PLANTED, SEEING } from "../planted-space.ts";

function optionsOf(epochs: number, pathSteps: number): MeasuredOptions {
  return { ...measured.options({ batch: BATCH, learningRate: 0.1, pathSteps }, null as never), epochs };
}

/** Steps of a last round of three epochs of 24 steps. */
const ALONE = 5 * 3 + 3 * 6 + 2 * 12;

async function search(device: Device, options: MeasuredOptions, seed = 1) {
  const run = new MeasuredSearch(
    {
      ...{ device, space: PLANTED, streams: new RandomStreams(seed), clock: () => 0, maxLoss: 1000 },
      batches: [brightness("weights", 30), brightness("measured", 30)],
    },
    options,
  ).run();
  const events: SearchEvent[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done) return { events, result: next.value as SearchResult };
    events.push(next.value);
  }
}

describe("search by measured paths", () => {
  it("finds what was planted, whatever the seed, and narrows the active candidates to it", async () => {
    for (const seed of [1, 2, 3]) {
      const device = await createWasmDevice({ threads: 1 });
      const { events, result } = await search(device, optionsOf(4, 1), seed);
      await device.close();
      expect(result.supports).toEqual(SEEING.map((index) => [index]));
      const selections = events.filter((event) => event.kind === "selection");
      expect(selections.map(({ groups }) => groups.map(({ figures }) => figures["active"]))).toEqual([
        [4, 3],
        [3, 3],
        [3, 2],
        [2, 2],
        [1, 1],
      ]);
      expect(result.exploration.distinctGenotypes).toBe(12);
      expect(result.exploration.neverActive).toBe(0);
    }
  });

  it("finds what was planted by the gradients of all active candidates, too, of every fifth path", async () => {
    for (const seed of [1, 2, 3]) {
      const device = await createWasmDevice({ threads: 1 });
      const { events, result } = await search(device, { ...optionsOf(4, 1), evidence: "probing" }, seed);
      await device.close();
      expect(result.supports).toEqual(SEEING.map((index) => [index]));
      // Four rounds of 30 steps, of which those after the twelfth are measured: steps 15, 20 and 25, counted from 0.
      expect(result.details).toEqual({ measurements: 12 });
      expect(events.some((event) => event.kind === "selection" && event.fit !== undefined)).toBe(false);
    }
  });

  it("trains alone in its last round, and goes on from anywhere in it", async () => {
    const options = { ...optionsOf(6, 1), finalRound: 0.5 };
    const making = (batchCount: number) => (device: Device, from: unknown) => {
      const batches = [brightness("weights", batchCount), brightness("measured", batchCount)];
      const streams = new RandomStreams(1);
      const context = { device, space: PLANTED, batches, streams, clock: () => 0, maxLoss: 1000 };
      return new MeasuredSearch(context, options, from as MeasuredState | null);
    };
    const device = await createWasmDevice({ threads: 1 });
    const { events, result } = await advance(making(24)(device, null));
    await device.close();
    expect((result as SearchResult).supports).toEqual(SEEING.map((index) => [index]));
    const steps = (events as SearchEvent[]).filter((event) => event.kind === "search-step");
    // Five architectures for three steps each, then three for six and two for twelve.
    expect(steps).toHaveLength(3 * 24 + ALONE);
    expect(events.at(-1)).toMatchObject({ kind: "selection", epoch: 6 });
    await expectToGoOnAnywhere(making(9));
  });

  it("measures a path in every round, however few steps it has", async () => {
    for (const pathSteps of [1, 40]) {
      const device = await createWasmDevice({ threads: 1 });
      const run = new MeasuredSearch(
        {
          ...{ device, space: PLANTED, streams: new RandomStreams(1), clock: () => 0, maxLoss: 1000 },
          batches: [brightness("weights", 1), brightness("measured", 1)],
        },
        optionsOf(4, pathSteps),
      );
      const { events, result } = await advance(run);
      await device.close();
      expect(result).toMatchObject({ details: { measurements: 4 } });
      const last = (events as SearchEvent[]).at(-1) as SelectionEvent;
      expect(last.groups.map(({ figures }) => figures["active"])).toEqual([1, 1]);
    }
  });

  it.each([
    ["more", 9],
    ["fewer", 5],
  ])("goes on in its last round with %s epochs, at trainings of the length that they had", async (_, epochs) => {
    const options = { ...optionsOf(6, 1), finalRound: 0.5 };
    const batches = [brightness("weights", 24), brightness("measured", 24)];
    const streams = new RandomStreams(1);
    const device = await createWasmDevice({ threads: 1 });
    const context = { device, space: PLANTED, batches, streams, clock: () => 0, maxLoss: 1000 };
    const begun = new MeasuredSearch(context, options);
    // Into the fourth epoch: three of 24 steps with two events each, and the first selection.
    await advance(begun, 1 + 3 * 26 + 10);
    const state = JSON.parse(JSON.stringify(begun.state())) as MeasuredState;
    expect(state).toMatchObject({ epoch: 3, step: 10, alone: { superNetEpochs: 3, search: { steps: 72 } } });
    const { events } = await advance(new MeasuredSearch(context, { ...options, epochs }, state));
    const steps = (events as SearchEvent[]).filter((event) => event.kind === "search-step");
    expect(steps).toHaveLength(Math.min(ALONE, (epochs - 3) * 24) - 10);
    expect(events.at(-1)).toMatchObject({ kind: "selection", epoch: epochs });
    await device.close();
  });

  it("holds a path for a few steps and measures it once", async () => {
    const device = await createWasmDevice({ threads: 1 });
    const each = await search(device, optionsOf(2, 1));
    const held = await search(device, optionsOf(2, 7));
    await device.close();
    // Two rounds of an epoch of 30 steps: measured from the twelfth step on.
    expect(each.result.details).toEqual({ measurements: 36 });
    expect(held.result.details).toEqual({ measurements: 2 * [7, 14, 21, 28].length });
    expect(held.events.filter(({ kind }) => kind === "search-step")).toHaveLength(60);
    expect(held.result.exploration.steps[0]!.reduce((sum, steps) => sum + steps, 0)).toBe(60);
  });
});

describe("programs that are prepared while a step runs", () => {
  it("give the weights of programs that were not", async () => {
    const space = nb201Space();
    const searched: SearchedSpace = {
      groups: space.groups,
      network: (supports) => space.superNetwork(TINY_NB201, supports),
    };
    const source = noiseBatches(TINY_NB201, { name: "all", batch: 4, batchCount: 8 });
    const paths = Array.from({ length: 8 }, (_, step) => ({
      supports: space.groups.map((_, group) => [(step * (group + 1)) % 5]),
      isMeasured: step % 2 === 0,
    }));
    const weights = async (isPrepared: boolean) => {
      const device = await createWasmDevice({ threads: 2 });
      const queue = weightPaths(device, searched, {
        ...{ batch: 4, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
        ...{ mixture: false, dropPath: false },
      });
      const all = space.groups.map(({ candidates }) => candidates.map((_, index) => index));
      const pass = {
        mode: { kind: "train", updatesRunning: true },
        batch: 4,
        mixture: false,
        dropPath: false,
      } as const;
      initialiseWeights(device, searched.network(all)({ ...pass, auxiliaryHead: false }), new RandomStreams(1));
      const losses: number[] = [];
      for (const [step, path] of paths.entries()) {
        const programs = await queue.take(path);
        const batch = source.batch(0, step);
        if (programs.lossPass !== null) losses.push((await programs.lossPass.run(batch)).loss);
        const running = programs.weightStep.run(batch, { learningRate: 0.1, mixture: null });
        // Every third time another one than comes: it is thrown away.
        if (isPrepared && step < 7) queue.prepare(paths[step % 3 === 0 ? step : step + 1]!);
        losses.push((await running).loss);
        releasePath(programs);
      }
      const values = device.names().map((name) => [name, [...device.read(name)]]);
      await device.close();
      return { losses, values: new Map(values as [string, number[]][]) };
    };
    expect(await weights(true)).toEqual(await weights(false));
  });
});
