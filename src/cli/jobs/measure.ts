/** @file Seconds a step takes on this machine, for plans and for the time left. */

import { randomSupports } from "../../choice/index.ts";
import { createWasmDevice } from "../../device/index.ts";
import { RandomStreams } from "../../random/index.ts";
import {
  type DartsCells,
  derivedNetwork,
  deriveGenotype,
  type Genotype,
  searchedSpace,
} from "../../spaces/darts/index.ts";
import {
  ArchitectureStep,
  type BatchSource,
  initialiseWeights,
  Prefetch,
  type TrainingBatch,
  WeightStep,
} from "../../train/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { RetrainSettings, SearchSettings } from "./settings.ts";

/** Steps timed after one that is not; the median counts. */
const TIMED_STEPS = 3;

async function medianSeconds(step: () => Promise<unknown>): Promise<number> {
  await step();
  const seconds: number[] = [];
  for (let i = 0; i < TIMED_STEPS; i++) {
    const start = performance.now();
    await step();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(TIMED_STEPS / 2)]!;
}

/** One batch, made again each time, as a run makes its batches beside its steps. */
function* sameBatch(batches: BatchSource): Generator<TrainingBatch, never> {
  for (;;) yield batches.batch(0, 0);
}

/** Seconds of one bi-level step of a search with random supports, batches included. */
export async function measureSearchStep(
  settings: SearchSettings,
  space: DartsCells,
  batches: BatchSource,
  threads: number | "auto",
): Promise<number> {
  const device = await createWasmDevice({ threads });
  try {
    const streams = new RandomStreams(0);
    const supports = randomSupports(space.groups, streams.stream("measure"));
    const build = searchedSpace(space, settings.network).network(supports);
    const options = { ...settings, labelSmoothing: 0, auxiliaryWeight: 0, mixture: true, dropPath: false };
    const weightStep = await WeightStep.compile(device, build, options);
    const architectureStep = await ArchitectureStep.compile(device, build, {
      batch: settings.batch,
      updatesRunning: false,
      recompute: settings.recompute,
    });
    initialiseWeights(device, weightStep.network, streams);
    const mixture = weightStep.network.mixtures!.map(({ shape }) => new Float32Array(shape[0]!).fill(0.5));
    const prefetch = new Prefetch(sameBatch(batches), monotonicSeconds);
    return await medianSeconds(async () => {
      await prefetch.step((batch) => architectureStep.run(batch, mixture));
      await prefetch.step((batch) => weightStep.run(batch, { learningRate: 0.01, mixture }));
    });
  } finally {
    await device.close();
  }
}

/** Seconds of one step of training a genotype, batch included; without a genotype, of a random one. */
export async function measureRetrainStep(
  settings: RetrainSettings,
  choice: { readonly genotype: Genotype } | { readonly space: DartsCells },
  batches: BatchSource,
  threads: number | "auto",
): Promise<number> {
  const device = await createWasmDevice({ threads });
  try {
    const streams = new RandomStreams(0);
    const genotype =
      "genotype" in choice
        ? choice.genotype
        : deriveGenotype(choice.space, randomSupports(choice.space.groups, streams.stream("measure")));
    const options = { ...settings, mixture: false, dropPath: settings.dropPathRate > 0 };
    const step = await WeightStep.compile(device, derivedNetwork(settings.network, genotype), options);
    initialiseWeights(device, step.network, streams);
    const prefetch = new Prefetch(sameBatch(batches), monotonicSeconds);
    return await medianSeconds(() => prefetch.step((batch) => step.run(batch, { learningRate: 0.01, mixture: null })));
  } finally {
    await device.close();
  }
}
