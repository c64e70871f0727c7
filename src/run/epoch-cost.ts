/** @file What an epoch takes on this machine, for plans: in seconds of steps that are timed, or in multiply-accumulates of one that is counted. */

import { randomSupports } from "../choice/index.ts";
import { TrainingBatches } from "../data/index.ts";
import { createWasmDevice, type Device, type WasmDeviceOptions } from "../device/index.ts";
import { RandomStreams } from "../random/index.ts";
import type { SearchSpace } from "../spaces/index.ts";
import type { RunConfig } from "../store/index.ts";
import { type BatchSource, initialiseWeights, Prefetch, type TrainingBatch, WeightStep } from "../train/index.ts";
import { monotonicSeconds } from "./clock.ts";
import { ComputeMeter } from "./compute-meter.ts";
import type { OpenedData } from "./open-data.ts";
import type { RunParts } from "./run-parts.ts";
import { searchBatches, stepsOf } from "./search-batches.ts";
import { proxySpace, searchedSpace } from "./searched-space.ts";

/** What a step takes, by taking it, more than once it may be. */
export type StepCost = (step: () => Promise<unknown>, meter: ComputeMeter) => Promise<number>;

/** Steps timed after one that is not; the median counts. */
const TIMED_STEPS = 3;

export const STEP_SECONDS: StepCost = async (step) => {
  await step();
  const seconds: number[] = [];
  for (let i = 0; i < TIMED_STEPS; i++) {
    const start = performance.now();
    await step();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(TIMED_STEPS / 2)]!;
};

export const STEP_COMPUTE: StepCost = async (step, meter) => {
  const before = meter.total;
  await step();
  return meter.total - before;
};

/** Of an epoch of search with random supports, batches included; 0 for one without steps. */
export async function costOfSearchEpoch(
  cost: StepCost,
  config: RunConfig,
  { space, strategy }: RunParts,
  data: OpenedData,
  threads: number | "auto",
): Promise<number> {
  const { network, options } = config.strategy!;
  const batches = searchBatches(config, strategy!, data);
  if (strategy?.trial === undefined || batches.length === 0) return 0;
  const searched = searchedSpace(space, network);
  const proxy = proxySpace(space, config.strategy!);
  const perStep = await onDevice({ threads, arithmetic: config.arithmetic }, async (device, meter) => {
    const streams = new RandomStreams(0);
    const supports = randomSupports(space.groups, streams.stream("measure"));
    const trial = await strategy.trial!({ device, space: searched, proxy, supports }, options);
    initialiseWeights(device, trial.network, streams);
    const prefetch = new Prefetch(sameBatch(batches[0]!), monotonicSeconds);
    return cost(() => trial.step((pass) => prefetch.step(pass)), meter);
  });
  return stepsOf(config, strategy, batches) * perStep;
}

/** Of an epoch of training `architecture`, batches included. */
export async function costOfTrainingEpoch(
  cost: StepCost,
  { training, normalisation, arithmetic }: Pick<RunConfig, "training" | "normalisation" | "arithmetic">,
  space: SearchSpace,
  architecture: unknown,
  data: OpenedData,
  threads: number | "auto",
): Promise<number> {
  const { network, batch, augmentation, dropPathRate } = training;
  const streams = new RandomStreams(0);
  const batches = new TrainingBatches({
    ...{ split: data.train, statistics: normalisation, batchSize: batch, augmentation, streams, name: "measure" },
  });
  const perStep = await onDevice({ threads, arithmetic }, async (device, meter) => {
    const options = { ...training, mixture: false, dropPath: dropPathRate > 0 };
    const step = await WeightStep.compile(device, space.derivedNetwork(network, architecture), options);
    initialiseWeights(device, step.network, streams);
    const prefetch = new Prefetch(sameBatch(batches), monotonicSeconds);
    return cost(() => prefetch.step((images) => step.run(images, { learningRate: 0.01, mixture: null })), meter);
  });
  return batches.batchCount * perStep;
}

async function onDevice<Result>(
  options: WasmDeviceOptions,
  work: (device: Device, meter: ComputeMeter) => Promise<Result>,
): Promise<Result> {
  const device = await createWasmDevice(options);
  const meter = new ComputeMeter();
  try {
    return await work(meter.on(device), meter);
  } finally {
    await device.close();
  }
}

/** One batch, made again each time, as a run makes its batches beside its steps. */
function* sameBatch(batches: BatchSource): Generator<TrainingBatch, never> {
  for (;;) yield batches.batch(0, 0);
}
