/** Every part of a run that takes long: stopped anywhere and gone on with, on another device, it does what it would have done. */
import { describe, expect, it } from "vitest";
import { createWasmDevice, type Device } from "../../src/device/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import {
  drawArchitecture,
  type OneStageRecovery,
  OneStageSearch,
  type OneStageState,
  TwoStageSearch,
  type TwoStageState,
} from "../../src/search/index.ts";
import { dartsCells, derivedNetwork, NAMED_GENOTYPES, searchedSpace } from "../../src/spaces/darts/index.ts";
import { type CheckpointFiles, decodeCheckpoint, encodeCheckpoint } from "../../src/store/checkpoint.ts";
import type { RunState } from "../../src/store/index.ts";
import { type BatchSource, Trainer, type TrainerState } from "../../src/train/index.ts";
import { TINY_SPEC } from "../tiny-spec.ts";

const BATCH = 4;
const STEPS = 3;
const SPACE = searchedSpace(dartsCells(), TINY_SPEC);
const CODES = { measurements: 7, dictionary: "uniform", l1Weight: 1e-5, solver: "exact", weightDecay: 1e-3 } as const;
const SGD = { batch: BATCH, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, learningRate: 0.05, recompute: false };
const REGULAR = { labelSmoothing: 0.1, auxiliaryWeight: 0 };

function batches(name: string): BatchSource {
  const { imageSize, imageChannels, classCount } = TINY_SPEC;
  const length = BATCH * imageSize.height * imageSize.width * imageChannels;
  return {
    batchCount: STEPS,
    batch(epoch, index) {
      const stream = new RandomStreams(7).stream(`${name}/${epoch}/${index}`);
      return {
        images: Float32Array.from({ length }, () => stream.normal()),
        labels: Float32Array.from({ length: BATCH }, () => stream.integer(classCount)),
      };
    },
  };
}

interface Resumable {
  run(): AsyncGenerator<{ readonly kind: string }, unknown>;
  state(): unknown;
}

const streams = () => new RandomStreams(1);
const context = (device: Device) => ({ device, space: SPACE, streams: streams(), clock: () => 0 });

const PARTS: Readonly<Record<string, (device: Device, from: unknown) => Resumable>> = {
  TwoStageSearch: (device, from) =>
    new TwoStageSearch(
      { ...context(device), weightBatches: batches("weights"), architectureBatches: batches("architecture") },
      { ...SGD, epochs: 2, finalLearningRate: 0.001, architecture: { ...CODES, learningRate: 0.05 } },
      from as TwoStageState | null,
    ),
  OneStageSearch: (device, from) => {
    const given = { ...context(device), weightBatches: batches("all") };
    const options = {
      ...{ ...SGD, ...REGULAR, maxEpochs: 3, costWeight: 0 },
      architecture: { ...CODES, learningRate: 0.02 },
      // With these, the first recovery is beyond the limit, and after the second some groups freeze and some do not.
      freeze: { rule: "distance", epsilon: 0.06, patience: 1 } as const,
      limits: { maxParameters: 9000, maxMacs: null },
    };
    return new OneStageSearch(given, drawArchitecture(given, options), options, from as OneStageState | null);
  },
  Trainer: (device, from) =>
    new Trainer(
      {
        ...{ device, build: derivedNetwork(TINY_SPEC, NAMED_GENOTYPES.ISTA_twostage), clock: () => 0 },
        ...{ batches: batches("all"), streams: streams() },
        options: { ...SGD, ...REGULAR, epochs: 3, finalLearningRate: 0, dropPathRate: 0.3 },
      },
      (from as TrainerState | null) ?? "scratch",
    ),
};

/** Places that checkpoints are made at. */
const isPlace = (kind: string) => kind !== "search-epoch";

/** Runs on until `stop` events have come, or to the end. */
async function advance(part: Resumable, stop = Number.POSITIVE_INFINITY) {
  const events: { readonly kind: string }[] = [];
  const run = part.run();
  while (events.length < stop) {
    const next = await run.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
  }
  return { events, result: undefined };
}

const valuesOf = (device: Device) => new Map(device.names().map((name) => [name, device.read(name)] as const));

const bytesOf = (device: Device) =>
  Object.fromEntries(
    [...valuesOf(device)].map(([name, { buffer }]) => [name, Buffer.from(buffer).toString("base64")] as const),
  );

it("has a one-stage search with a rejected recovery and with frozen groups beside moving ones", async () => {
  const device = await createWasmDevice({ threads: 1 });
  const { events } = await advance(PARTS["OneStageSearch"]!(device, null));
  const recoveries = events.filter(({ kind }) => kind === "one-stage-recovery") as OneStageRecovery[];
  expect(recoveries.some(({ isAccepted }) => !isAccepted)).toBe(true);
  expect(recoveries.some(({ frozen }) => frozen.includes(true) && frozen.includes(false))).toBe(true);
  await device.close();
});

it("leaves a checkpoint's bytes as they were when a recovery is rejected, counters of what was trained aside", async () => {
  const device = await createWasmDevice({ threads: 1 });
  const part = PARTS["OneStageSearch"]!(device, null);
  const checkpoint = async (counters: Partial<OneStageState> = {}) => {
    const search = { ...(part.state() as OneStageState), ...counters };
    const state: RunState = { phase: "search", strategy: "one-stage", search };
    return encodeCheckpoint({ state, values: valuesOf(device), lengths: {}, seconds: 0, epochSeconds: 0 });
  };
  let last = { kind: "nothing", isAccepted: true };
  let begin: CheckpointFiles = new Map();
  let lastStep: CheckpointFiles = new Map();
  const run = part.run();
  while (last.kind !== "one-stage-recovery") {
    last = (await run.next()).value as typeof last;
    if (last.kind === "recovery") begin = await checkpoint();
    if (last.kind === "search-step") lastStep = await checkpoint();
  }
  expect(last.isAccepted).toBe(false);
  const after = await checkpoint();
  expect(after.get("values.safetensors")).toEqual(lastStep.get("values.safetensors"));
  expect(after.get("state.json")).not.toEqual(lastStep.get("state.json"));
  const { state } = await decodeCheckpoint((name) => begin.get(name)!);
  const { epoch, step, sums, ledger } = (state as { readonly search: OneStageState }).search;
  const { ledger: counted } = part.state() as OneStageState;
  const uncounted = await checkpoint({ epoch, step, sums, ledger: { ...counted, steps: ledger.steps } });
  expect(uncounted.get("state.json")).toEqual(begin.get("state.json"));
  await device.close();
});

describe.each(Object.keys(PARTS))("%s", (name) => {
  it("goes on from any step or recovery as if it had never stopped", async () => {
    const make = PARTS[name]!;
    const whole = await createWasmDevice({ threads: 2 });
    const expected = await advance(make(whole, null));
    const kinds = expected.events.map(({ kind }) => kind);
    for (const [index, kind] of kinds.entries()) {
      if (!isPlace(kind)) continue;
      const stopped = await createWasmDevice({ threads: 1 });
      const part = make(stopped, null);
      const before = await advance(part, index + 1);
      const state: unknown = JSON.parse(JSON.stringify(part.state()));
      const values = valuesOf(stopped);
      await stopped.close();

      const fresh = await createWasmDevice({ threads: 1 });
      for (const valueName of [...values.keys()].sort()) fresh.write(valueName, values.get(valueName)!);
      const after = await advance(make(fresh, state));
      expect([...before.events, ...after.events], `stopped after event ${index}, ${kind}`).toEqual(expected.events);
      expect(after.result).toEqual(expected.result);
      expect(bytesOf(fresh)).toEqual(bytesOf(whole));
      await fresh.close();
    }
    await whole.close();
    expect(kinds.filter(isPlace).length).toBeGreaterThan(6);
  });
});
