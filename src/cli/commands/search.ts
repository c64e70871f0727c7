/** @file `ista-nas search`: data in, a searched, trained and exported network out. */
import { basename } from "node:path";
import { pixelStatistics, splitTrain, TrainingBatches } from "../../data/index.ts";
import { createWasmDevice } from "../../device/index.ts";
import { RandomStreams } from "../../random/index.ts";
import { type RunConfig, RunFolder } from "../../run/index.ts";
import { type SearchResult, twoStageSearch } from "../../search/index.ts";
import { dartsSpace, type SearchSpace } from "../../space/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { CommandInputs } from "../command.ts";
import { formatDuration } from "../duration.ts";
import type { FlagValues } from "../flags.ts";
import { finishRun } from "../jobs/finish-run.ts";
import { measureRetrainStep, measureSearchStep } from "../jobs/measure.ts";
import { type OpenedData, openData, runDataName } from "../jobs/open-data.ts";
import { Progress } from "../jobs/progress.ts";
import { RunRecorder } from "../jobs/run-recorder.ts";
import { retrainSettings, type SearchSettings, searchSettings } from "../jobs/settings.ts";
import { planEpochs, retrainEpochsThatFit } from "../jobs/time-plan.ts";
import { withPreset } from "../presets.ts";
import type { Terminal } from "../terminal.ts";
import { packageVersion } from "../version.ts";

export async function search({ positional, flags: typed, terminal }: CommandInputs): Promise<void> {
  const startedAt = monotonicSeconds();
  const path = positional[0]!;
  const flags = withPreset(typed, path);
  const data = await openData(path, flags, terminal);
  const seed = flags.seed ?? 1;
  const threads = flags.threads ?? "auto";
  const streams = new RandomStreams(seed);
  const space = dartsSpace(flags.sparsity === undefined ? {} : { sparsity: flags.sparsity });
  const setup = prepare(flags, data, seed);
  const batches = searchBatches(setup, data, streams);

  let { search: searchPart, retrain: retrainPart } = setup;
  if (flags.time !== undefined) {
    const plan = await planRun({
      ...setup,
      data,
      space,
      batches,
      threads,
      budget: flags.time - (monotonicSeconds() - startedAt),
    });
    terminal.line(
      `plan: ${plan.searchEpochs} epochs of search and ${plan.retrainEpochs} of training in about ${formatDuration(plan.expectedSeconds)}`,
    );
    searchPart = { ...searchPart, epochs: plan.searchEpochs };
    retrainPart = { ...retrainPart, epochs: plan.retrainEpochs };
  }

  const name = `${runDataName(data)}-two-stage-seed${seed}`;
  const folder = RunFolder.create(flags.out ?? `runs/${name}`);
  let config: RunConfig = { ...setup.base, search: searchPart, retrain: retrainPart };
  folder.writeJson("config.json", config);
  folder.writeJson("data.json", data.report);
  terminal.line(`run folder ${folder.path}`);
  const recorder = new RunRecorder(folder, terminal, monotonicSeconds);
  recorder.note({ kind: "started", command: "search", seed, version: config.version });

  const result = await runSearch({
    settings: searchPart,
    config,
    space,
    batches,
    streams,
    threads,
    recorder,
    terminal,
  });
  if (flags.time !== undefined) {
    const perEpoch = await secondsOfRetrainEpoch(config, { genotype: result.genotype }, data, threads);
    // A search that took longer than planned is not thrown away: its genotype is trained for one epoch at least.
    const epochs = Math.max(1, retrainEpochsThatFit(flags.time - (monotonicSeconds() - startedAt), perEpoch));
    if (epochs !== config.retrain.epochs) terminal.line(`plan: ${epochs} epochs of training fit the time that is left`);
    config = { ...config, retrain: { ...config.retrain, epochs } };
    folder.writeJson("config.json", config);
  }
  await finishRun({
    folder,
    config,
    genotype: result.genotype,
    genotypeName: basename(folder.path),
    data,
    streams,
    threads,
    recorder,
    terminal,
    clock: monotonicSeconds,
    startedAt,
  });
}

function prepare(flags: FlagValues, data: OpenedData, seed: number) {
  const shape = { channels: data.channels, imageSize: data.imageSize, classCount: data.classNames.length };
  const base = {
    formatVersion: 1 as const,
    version: packageVersion(),
    command: "search" as const,
    strategy: flags.strategy ?? ("two-stage" as const),
    seed,
    data: { name: data.name, path: data.source.path, trainImages: data.train.count, testImages: data.test.count },
    classNames: data.classNames,
    normalisation: pixelStatistics(data.train),
  };
  return { base, search: searchSettings(flags, shape), retrain: retrainSettings(flags, shape, "search") };
}

interface SearchBatches {
  readonly weights: TrainingBatches;
  readonly architecture: TrainingBatches;
}

/** Disjoint halves of the training images: one trains the weights, one steers the architecture. */
function searchBatches(
  { base, search: settings }: ReturnType<typeof prepare>,
  data: OpenedData,
  streams: RandomStreams,
): SearchBatches {
  const halves = splitTrain(data.train, { fraction: 0.5, stream: streams.stream("search/halves") });
  const make = (name: string, indices: Uint32Array) =>
    new TrainingBatches({
      split: data.train,
      indices,
      statistics: base.normalisation,
      batchSize: settings.batch,
      augmentation: settings.augmentation,
      streams,
      name: `search/${name}`,
    });
  return { weights: make("weights", halves.first), architecture: make("architecture", halves.second) };
}

async function secondsOfRetrainEpoch(
  config: Pick<RunConfig, "retrain" | "normalisation">,
  choice: Parameters<typeof measureRetrainStep>[1],
  data: OpenedData,
  threads: number | "auto",
): Promise<number> {
  const { retrain, normalisation } = config;
  const batches = new TrainingBatches({
    split: data.train,
    statistics: normalisation,
    batchSize: retrain.batch,
    augmentation: retrain.augmentation,
    streams: new RandomStreams(0),
    name: "measure",
  });
  return batches.batchCount * (await measureRetrainStep(retrain, choice, batches, threads));
}

async function planRun(
  inputs: ReturnType<typeof prepare> & {
    data: OpenedData;
    space: SearchSpace;
    batches: SearchBatches;
    threads: number | "auto";
    budget: number;
  },
) {
  const { search, retrain, base, data, space, batches, threads, budget } = inputs;
  const perStep = await measureSearchStep(search, space, batches.weights, threads);
  const steps = Math.min(batches.weights.batchCount, batches.architecture.batchCount);
  const config = { retrain, normalisation: base.normalisation };
  const perRetrainEpoch = await secondsOfRetrainEpoch(config, { space }, data, threads);
  return planEpochs(
    budget,
    { epochs: search.epochs, secondsPerEpoch: steps * perStep },
    { epochs: retrain.epochs, secondsPerEpoch: perRetrainEpoch },
  );
}

async function runSearch(inputs: {
  settings: SearchSettings;
  config: RunConfig;
  space: SearchSpace;
  batches: SearchBatches;
  streams: RandomStreams;
  threads: number | "auto";
  recorder: RunRecorder;
  terminal: Terminal;
}): Promise<SearchResult> {
  const { settings, config, space, batches, streams, recorder, terminal } = inputs;
  const steps = Math.min(batches.weights.batchCount, batches.architecture.batchCount);
  const retrainSteps = Math.floor(config.data.trainImages / config.retrain.batch);
  const progress = new Progress(terminal, monotonicSeconds, [
    { phase: "search", epochs: settings.epochs, stepsPerEpoch: steps, secondsPerStep: null },
    { phase: "retrain", epochs: config.retrain.epochs, stepsPerEpoch: retrainSteps, secondsPerStep: null },
  ]);
  progress.begin({ phase: "search", epochs: settings.epochs, stepsPerEpoch: steps, secondsPerStep: null });
  recorder.follow(progress);
  const device = await createWasmDevice({ threads: inputs.threads });
  try {
    const run = twoStageSearch(
      {
        device,
        space,
        spec: settings.network,
        weightBatches: batches.weights,
        architectureBatches: batches.architecture,
        streams,
        clock: monotonicSeconds,
      },
      settings,
    );
    let event = await run.next();
    for (; !event.done; event = await run.next()) recorder.search(event.value, space);
    return event.value;
  } finally {
    await device.close();
  }
}
