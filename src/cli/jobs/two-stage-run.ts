/** @file A two-stage run: search on two halves of the training images, then train what was found from scratch on all of them. */
import { basename } from "node:path";
import { splitTrain, TrainingBatches } from "../../data/index.ts";
import { createWasmDevice } from "../../device/index.ts";
import type { RunConfig } from "../../run/index.ts";
import { twoStageSearch } from "../../search/index.ts";
import { monotonicSeconds } from "../clock.ts";
import { formatDuration } from "../duration.ts";
import { finishRun } from "./finish-run.ts";
import { fitTraining } from "./fit-training.ts";
import { followSearch } from "./follow-search.ts";
import { measureSearchStep } from "./measure.ts";
import { secondsOfRetrainEpoch } from "./retrain-epoch-time.ts";
import type { RunRecorder } from "./run-recorder.ts";
import { baseConfig, dataShape, type SearchInputs, startRun } from "./search-inputs.ts";
import { retrainSettings, type SearchSettings, searchSettings } from "./settings.ts";
import { planEpochs } from "./time-plan.ts";
import { trainNetwork } from "./train-network.ts";

export async function runTwoStage(inputs: SearchInputs): Promise<void> {
  const { flags, data, streams, threads, terminal, startedAt } = inputs;
  const shape = dataShape(data);
  const base = baseConfig(inputs, "two-stage");
  let config: RunConfig = {
    ...base,
    search: searchSettings(flags, shape),
    oneStage: null,
    retrain: retrainSettings(flags, shape, "search"),
  };
  const batches = searchBatches(config, inputs);
  if (flags.time !== undefined) {
    config = await planned(config, inputs, batches, flags.time - (monotonicSeconds() - startedAt));
  }
  const { folder, recorder } = startRun(inputs, config);
  const { genotype, exploration } = await search(config, inputs, batches, recorder);
  config = await fitTraining(config, inputs, folder, () => secondsOfRetrainEpoch(config, { genotype }, data, threads));
  const clock = monotonicSeconds;
  const device = await createWasmDevice({ threads });
  try {
    await trainNetwork(device, { config, genotype, data, streams, recorder, terminal, clock, from: "scratch" });
    const genotypeName = basename(folder.path);
    const details = { exploration };
    await finishRun({
      ...{ folder, config, device, genotype, genotypeName, data, recorder, terminal, clock, startedAt, details },
    });
  } finally {
    await device.close();
  }
}

interface SearchBatches {
  readonly weights: TrainingBatches;
  readonly architecture: TrainingBatches;
}

/** Disjoint halves of the training images: one trains the weights, one steers the architecture. */
function searchBatches({ search, normalisation }: RunConfig, { data, streams }: SearchInputs): SearchBatches {
  const settings = search!;
  const halves = splitTrain(data.train, { fraction: 0.5, stream: streams.stream("search/halves") });
  const make = (name: string, indices: Uint32Array) =>
    new TrainingBatches({
      split: data.train,
      indices,
      statistics: normalisation,
      batchSize: settings.batch,
      augmentation: settings.augmentation,
      streams,
      name: `search/${name}`,
    });
  return { weights: make("weights", halves.first), architecture: make("architecture", halves.second) };
}

async function planned(
  config: RunConfig,
  { data, space, threads, terminal }: SearchInputs,
  batches: SearchBatches,
  budget: number,
): Promise<RunConfig> {
  const search = config.search!;
  const perStep = await measureSearchStep(search, space, batches.weights, threads);
  const perRetrainEpoch = await secondsOfRetrainEpoch(config, { space }, data, threads);
  const plan = planEpochs(
    budget,
    { epochs: search.epochs, secondsPerEpoch: stepsOf(batches) * perStep },
    { epochs: config.retrain.epochs, secondsPerEpoch: perRetrainEpoch },
  );
  terminal.line(
    `plan: ${plan.searchEpochs} epochs of search and ${plan.retrainEpochs} of training in about ${formatDuration(plan.expectedSeconds)}`,
  );
  return {
    ...config,
    search: { ...search, epochs: plan.searchEpochs },
    retrain: { ...config.retrain, epochs: plan.retrainEpochs },
  };
}

function stepsOf({ weights, architecture }: SearchBatches): number {
  return Math.min(weights.batchCount, architecture.batchCount);
}

async function search(config: RunConfig, inputs: SearchInputs, batches: SearchBatches, recorder: RunRecorder) {
  const { space, streams, threads, terminal } = inputs;
  const settings: SearchSettings = config.search!;
  const device = await createWasmDevice({ threads });
  try {
    const context = { device, space, spec: settings.network, streams, clock: monotonicSeconds };
    const run = twoStageSearch(
      { ...context, weightBatches: batches.weights, architectureBatches: batches.architecture },
      settings,
    );
    const plan = { epochs: settings.epochs, stepsPerEpoch: stepsOf(batches) };
    return await followSearch(run, plan, config, space, recorder, terminal);
  } finally {
    await device.close();
  }
}
