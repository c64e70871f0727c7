/**
 * Parts of a run that take long: stopped anywhere and gone on with, on another device, they do what they would have done. What strategies do with
 * usual options is in strategy.test.ts.
 */
import { describe, expect, it } from "vitest";
import { createWasmDevice, type Device } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import {
  type CompressionGiven,
  compressionOptions,
  type SearchContext,
  type SelectionEvent,
} from "../../src/search/index.ts";
import { dartsCells, derivedNetwork, NAMED_GENOTYPES, searchedSpace } from "../../src/spaces/darts/index.ts";
import { type CheckpointFiles, decodeCheckpoint, encodeCheckpoint } from "../../src/store/checkpoint.ts";
import type { RunState } from "../../src/store/index.ts";
import { drawArchitecture, OneStageSearch, type OneStageState } from "../../src/strategies/one-stage/index.ts";
import { TwoStageSearch, type TwoStageState } from "../../src/strategies/two-stage/index.ts";
import { type RetrainOptions, Trainer, type TrainerState } from "../../src/train/index.ts";
import { TINY_SPEC } from "../tiny-spec.ts";
import { noiseBatches } from "./noise-batches.ts";
import { advance, expectToGoOnAnywhere, type MakeResumable, type Resumable, valuesOf } from "./stopped-anywhere.ts";

const BATCH = 4;
const SGD = { batch: BATCH, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, learningRate: 0.05, recompute: false };
const REGULAR = { labelSmoothing: 0.1, auxiliaryWeight: 0 };

const batches = noiseBatches(TINY_SPEC, { name: "all", batch: BATCH, batchCount: 3 });
const streams = () => new RandomStreams(1);

/** Where the published codes only hurt themselves, all at once, with dictionaries that are learned. */
const MENDED = {
  ...{ codes: "debiased", measurementStart: "sparse", measurementScale: "unit", dictionary: "learned" },
} as const satisfies CompressionGiven;

function oneStage(device: Device, from: unknown, given: CompressionGiven = {}): OneStageSearch {
  const space = searchedSpace(dartsCells(), TINY_SPEC);
  const context: SearchContext = {
    ...{ device, space, batches: [batches], streams: streams(), clock: () => 0, maxLoss: 1000 },
  };
  const options = {
    ...{ ...SGD, ...REGULAR, maxEpochs: 4, costWeight: 0 },
    architecture: compressionOptions(given, 0.02),
    // With these, the first recovery is beyond the limit, and after the third some groups freeze and some do not.
    freeze: { rule: "distance", epsilon: 0.06, patience: 2 } as const,
    limits: { maxParameters: 9000, maxMacs: null },
  };
  return new OneStageSearch(context, drawArchitecture(context, options), options, from as OneStageState | null);
}

function trainer(
  device: Device,
  epochs: number,
  from: TrainerState | null,
  given: Partial<RetrainOptions> = {},
): Trainer {
  return new Trainer(
    {
      ...{ device, build: derivedNetwork(TINY_SPEC, NAMED_GENOTYPES.ISTA_twostage), clock: () => 0 },
      ...{ batches, streams: streams() },
      options: { ...SGD, ...REGULAR, epochs, finalLearningRate: 0, dropPathRate: 0.3, ...given },
    },
    from ?? "scratch",
  );
}

/** After each epoch, how many there are in all: more than were planned when the last one ended, and then fewer. */
const REPLANNED = [1, 4, 4, 3];

function replanned(device: Device, from: unknown): Resumable {
  const state = from as { readonly training: TrainerState; readonly epochs: number } | null;
  let epochs = state?.epochs ?? REPLANNED[0]!;
  const training = trainer(device, epochs, state?.training ?? null);
  return {
    async *run() {
      for await (const event of training.run()) {
        if (event.kind === "retrain-epoch") {
          epochs = REPLANNED[event.epoch]!;
          training.changeEpochs(epochs);
        }
        yield event;
      }
    },
    state: () => ({ training: training.state(), epochs }),
  };
}

function twoStage(device: Device, from: unknown, given: CompressionGiven): TwoStageSearch {
  const space = searchedSpace(dartsCells(), TINY_SPEC);
  const context: SearchContext = {
    ...{ device, space, batches: [batches, batches], streams: streams(), clock: () => 0, maxLoss: 1000 },
  };
  const options = { ...SGD, epochs: 2, finalLearningRate: 0.001, architecture: compressionOptions(given, 0.05) };
  return new TwoStageSearch(context, options, from as TwoStageState | null);
}

const PARTS: Readonly<Record<string, MakeResumable>> = {
  OneStageSearch: oneStage,
  "OneStageSearch, mended": (device, from) => oneStage(device, from, MENDED),
  "TwoStageSearch, mended": (device, from) => twoStage(device, from, MENDED),
  Trainer: (device, from) => trainer(device, 3, from as TrainerState | null),
  "Trainer whose steps have parts and whose rate warms up": (device, from) =>
    trainer(device, 3, from as TrainerState | null, { accumulate: 2, warmupEpochs: 2, schedule: "linear" }),
  "Trainer whose epochs change": replanned,
};

it("has a one-stage search with a rejected recovery and with frozen groups beside moving ones", async () => {
  const device = await createWasmDevice({ threads: 1 });
  const { events } = await advance(oneStage(device, null));
  const selections = events.filter(({ kind }) => kind === "selection") as SelectionEvent[];
  expect(selections.some(({ isAccepted }) => !isAccepted)).toBe(true);
  const frozen = selections.map(({ groups }) => groups.map(({ isFrozen }) => isFrozen));
  expect(frozen.some((groups) => groups.includes(true) && groups.includes(false))).toBe(true);
  await device.close();
});

it("leaves a checkpoint's bytes as they were when a recovery is rejected, counters of what was trained aside", async () => {
  const device = await createWasmDevice({ threads: 1 });
  const part = oneStage(device, null);
  const checkpoint = async (counters: Partial<OneStageState> = {}) => {
    const search = { ...part.state(), ...counters };
    const state: RunState = { phase: "search", strategy: "one-stage", search };
    return encodeCheckpoint({ state, values: valuesOf(device), lengths: {}, seconds: 0, epochSeconds: 0 });
  };
  let begin: CheckpointFiles = new Map();
  let lastStep: CheckpointFiles = new Map();
  let rejected: SelectionEvent | null = null;
  const run = part.run();
  while (rejected === null) {
    const next = await run.next();
    if (next.done) throw new Error("expected a recovery");
    const event = next.value;
    if (event.kind === "search-step") lastStep = await checkpoint();
    if (event.kind !== "selection") continue;
    if (event.epoch === 0) begin = await checkpoint();
    else rejected = event;
  }
  expect(rejected.isAccepted).toBe(false);
  const after = await checkpoint();
  expect(after.get("values.safetensors")).toEqual(lastStep.get("values.safetensors"));
  expect(after.get("state.json")).not.toEqual(lastStep.get("state.json"));
  const { state } = await decodeCheckpoint((name) => begin.get(name)!);
  if (state.phase !== "search") throw new Error("expected a search");
  const { epoch, step, sums, ledger } = state.search as OneStageState;
  const { ledger: counted } = part.state();
  const uncounted = await checkpoint({ epoch, step, sums, ledger: { ...counted, steps: ledger.steps } });
  expect(uncounted.get("state.json")).toEqual(begin.get("state.json"));
  await device.close();
});

describe.each(Object.keys(PARTS))("%s", (name) => {
  it("goes on from any step or selection as if it had never stopped", async () => {
    expect((await expectToGoOnAnywhere(PARTS[name]!)).length).toBeGreaterThan(6);
  });
});
