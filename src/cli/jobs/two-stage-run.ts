/** @file A two-stage run: search on two halves of the training images, then train what was found from scratch on all of them. */
import { countOf } from "../../count-of.ts";
import { splitTrain, TrainingBatches } from "../../data/index.ts";
import { createWasmDevice } from "../../device/index.ts";
import { RandomStreams } from "../../random/index.ts";
import { type SearchResult, TwoStageSearch, type TwoStageState } from "../../search/index.ts";
import { dartsCells, deriveGenotype, searchedSpace } from "../../spaces/darts/index.ts";
import type { RunConfig } from "../../store/index.ts";
import { monotonicSeconds } from "../clock.ts";
import { formatDuration } from "../duration.ts";
import { checkNewRun } from "./check-room.ts";
import { fitBatches } from "./fit-batches.ts";
import { fitTraining } from "./fit-training.ts";
import { measureSearchStep } from "./measure.ts";
import type { OpenedData } from "./open-data.ts";
import { secondsOfRetrainEpoch } from "./retrain-epoch-time.ts";
import { baseConfig, dataShape, type RunInputs } from "./run-inputs.ts";
import type { RunSession } from "./run-session.ts";
import { searchProgress } from "./search-progress.ts";
import { retrainSettings, searchSettings } from "./settings.ts";
import { planEpochs } from "./time-plan.ts";
import { retrainBatches, type TrainInputs } from "./train-network.ts";

/** The configuration that the flags ask for; with `--time`, with as many epochs as fit. */
export async function planTwoStage(inputs: RunInputs): Promise<RunConfig> {
  const { data, threads, terminal, startedAt } = inputs;
  const flags = fitBatches(inputs, "two-stage");
  const shape = dataShape(data);
  const search = searchSettings(flags, shape);
  const retrain = retrainSettings(flags, shape, "search");
  const base = baseConfig(inputs, { command: "search", strategy: "two-stage", genotypeName: null });
  const config: RunConfig = { ...base, search, oneStage: null, retrain };
  const batches = searchBatches(config, data);
  retrainBatches(config, data);
  await checkNewRun(inputs, config, null);
  if (flags.time === undefined) return config;
  const perStep = await measureSearchStep(search, dartsCells(config), batches.weights, threads);
  const perRetrainEpoch = await secondsOfRetrainEpoch(config, { space: dartsCells(config) }, data, threads);
  const plan = planEpochs(
    { given: flags.time, used: monotonicSeconds() - startedAt },
    { epochs: search.epochs, secondsPerEpoch: stepsOf(batches) * perStep },
    { epochs: retrain.epochs, secondsPerEpoch: perRetrainEpoch },
  );
  terminal.line(
    `plan: ${countOf(plan.searchEpochs, "epoch")} of search and ${plan.retrainEpochs} of training in about ${formatDuration(plan.expectedSeconds)}`,
  );
  return {
    ...config,
    search: { ...search, epochs: plan.searchEpochs },
    retrain: { ...retrain, epochs: plan.retrainEpochs },
  };
}

/** Searches, from the beginning or from a state; returns what is to be trained. */
export async function searchTwoStage(session: RunSession, from: TwoStageState | null): Promise<TrainInputs> {
  const { supports, exploration } = await search(session, from);
  const genotype = deriveGenotype(session.space, supports);
  const { data, threads } = session;
  await fitTraining(session, () => secondsOfRetrainEpoch(session.config, { genotype }, data, threads));
  return { genotype, details: { exploration }, from: "scratch" };
}

async function search(session: RunSession, from: TwoStageState | null): Promise<SearchResult> {
  const { config, data, space, streams, recorder } = session;
  const settings = config.search!;
  const batches = searchBatches(config, data);
  const device = await createWasmDevice({ threads: session.threads });
  try {
    session.restore(device);
    const searched = searchedSpace(space, settings.network);
    const context = { device, space: searched, streams, clock: monotonicSeconds };
    const search = new TwoStageSearch(
      { ...context, weightBatches: batches.weights, architectureBatches: batches.architecture },
      { ...settings, maxLoss: config.maxLoss },
      from,
    );
    recorder.follow(searchProgress(session, settings.epochs, stepsOf(batches), from));
    return await session.follow(
      search.run(),
      device,
      (event) => recorder.search(event, space),
      () => ({ phase: "search", strategy: "two-stage", search: search.state() }),
    );
  } finally {
    await device.close();
  }
}

interface SearchBatches {
  readonly weights: TrainingBatches;
  readonly architecture: TrainingBatches;
}

/** Disjoint halves of the training images: one trains the weights, one steers the architecture. */
function searchBatches({ search, normalisation, seed }: RunConfig, data: OpenedData): SearchBatches {
  const settings = search!;
  const streams = new RandomStreams(seed);
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

function stepsOf({ weights, architecture }: SearchBatches): number {
  return Math.min(weights.batchCount, architecture.batchCount);
}
