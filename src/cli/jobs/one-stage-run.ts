/** @file A one-stage run: search with all training images, and go on training the same weights. */
import { countOf } from "../../count-of.ts";
import { TrainingBatches } from "../../data/index.ts";
import type { Device } from "../../device/index.ts";
import { RandomStreams } from "../../random/index.ts";
import { drawArchitecture, type OneStageResult, OneStageSearch, type OneStageState } from "../../search/index.ts";
import { type CellKind, type DartsCells, dartsCells, deriveGenotype, searchedSpace } from "../../spaces/darts/index.ts";
import type { RunConfig } from "../../store/index.ts";
import { monotonicSeconds } from "../clock.ts";
import { formatDuration } from "../duration.ts";
import type { Terminal } from "../terminal.ts";
import { checkNewRun } from "./check-room.ts";
import { fitBatches } from "./fit-batches.ts";
import { fitTraining } from "./fit-training.ts";
import type { OpenedData } from "./open-data.ts";
import { secondsOfRetrainEpoch } from "./retrain-epoch-time.ts";
import { baseConfig, dataShape, type RunInputs } from "./run-inputs.ts";
import type { RunSession } from "./run-session.ts";
import { searchProgress } from "./search-progress.ts";
import { oneStageSettings } from "./settings.ts";
import { planEpochs, type TimeBudget } from "./time-plan.ts";
import { retrainBatches, type TrainInputs } from "./train-network.ts";

/**
 * The configuration that the flags ask for; with `--time`, with as many epochs as fit. Limits and batches that cannot be kept are refused
 * here, before there is a run folder.
 */
export async function planOneStage(inputs: RunInputs): Promise<RunConfig> {
  const { data, threads } = inputs;
  const flags = fitBatches(inputs, "one-network");
  const config: RunConfig = {
    ...baseConfig(inputs, { command: "search", strategy: "one-stage", genotypeName: null }),
    search: null,
    ...oneStageSettings(flags, dataShape(data)),
  };
  const settings = config.oneStage!;
  const space = dartsCells(config);
  searchBatches(config, data);
  retrainBatches(config, data);
  drawArchitecture(
    { space: searchedSpace(space, settings.network), streams: new RandomStreams(config.seed) },
    settings,
  );
  await checkNewRun(inputs, config, null);
  if (flags.time === undefined) return config;
  const perEpoch = await secondsOfRetrainEpoch(config, { space }, data, threads);
  return planned(config, perEpoch, { given: flags.time, used: monotonicSeconds() - inputs.startedAt }, inputs.terminal);
}

/** Searches on `device`, from the beginning or from a state; returns what is to be trained on with the weights it then holds. */
export async function searchOneStage(
  session: RunSession,
  device: Device,
  from: OneStageState | null,
): Promise<TrainInputs> {
  const { config, data, space, streams, recorder, terminal } = session;
  const settings = config.oneStage!;
  const batches = searchBatches(config, data);
  const given = {
    space: searchedSpace(space, settings.network),
    streams,
    weightBatches: batches,
    clock: monotonicSeconds,
  };
  session.restore(device);
  const search = new OneStageSearch(
    { ...given, device },
    drawArchitecture(given, settings),
    { ...settings, maxLoss: config.maxLoss },
    from,
  );
  recorder.follow(searchProgress(session, settings.maxEpochs, batches.batchCount, from));
  const result = await session.follow(
    search.run(),
    device,
    (event) => recorder.search(event, space),
    () => ({ phase: "search", strategy: "one-stage", search: search.state() }),
  );
  describeResult(result, space, terminal);
  const { exploration, searchEpochs, reachedBound } = result;
  const genotype = deriveGenotype(space, result.supports);
  await fitTraining(session, () => secondsOfRetrainEpoch(config, { genotype }, data, session.threads));
  const frozenAt = Object.fromEntries(space.groups.map(({ name }, k) => [name, result.frozenAt[k]!]));
  const ofCell = (kind: CellKind) =>
    space.groups.flatMap(({ cell }, k) => (cell === kind ? Array.from(result.mixtureWeights[k]!) : []));
  const absorbedEdgeWeights = { normal: ofCell("normal"), reduce: ofCell("reduce") };
  const frozenByBound = namesFrozenByBound(result, space);
  const details = { searchEpochs, reachedBound, frozenAt, frozenByBound, absorbedEdgeWeights, exploration };
  return { genotype, details, from: "present" };
}

function searchBatches({ oneStage, normalisation, seed }: RunConfig, data: OpenedData): TrainingBatches {
  const { batch, augmentation } = oneStage!;
  return new TrainingBatches({
    ...{ split: data.train, statistics: normalisation, batchSize: batch, augmentation },
    ...{ streams: new RandomStreams(seed), name: "search" },
  });
}

/** An epoch of search takes about as long as one of training: the same network, one pass each. */
function planned(config: RunConfig, perEpoch: number, budget: TimeBudget, terminal: Terminal): RunConfig {
  const plan = planEpochs(
    budget,
    { epochs: config.oneStage!.maxEpochs, secondsPerEpoch: perEpoch },
    { epochs: config.retrain.epochs, secondsPerEpoch: perEpoch },
  );
  terminal.line(
    `plan: at most ${countOf(plan.searchEpochs, "epoch")} of search and ${plan.retrainEpochs} of training in about ${formatDuration(plan.expectedSeconds)}`,
  );
  return {
    ...config,
    oneStage: { ...config.oneStage!, maxEpochs: plan.searchEpochs },
    retrain: { ...config.retrain, epochs: plan.retrainEpochs },
  };
}

function namesFrozenByBound({ frozenByBound }: OneStageResult, { groups }: DartsCells): readonly string[] {
  return groups.flatMap(({ name }, k) => (frozenByBound[k] ? [name] : []));
}

function describeResult(result: OneStageResult, space: DartsCells, terminal: Terminal): void {
  const { searchEpochs, reachedBound, exploration, mixtureWeights } = result;
  const end = reachedBound
    ? `the bound of ${countOf(searchEpochs, "epoch")} ended the search: ${namesFrozenByBound(result, space).join(", ")} still moved, and are frozen as they are`
    : `all groups stood still after ${countOf(searchEpochs, "epoch")}`;
  terminal.line(end);
  const still = space.groups.flatMap(({ name }, k) =>
    result.frozenByBound[k] ? [] : [`${name} ${result.frozenAt[k]!}`],
  );
  if (still.length > 0) terminal.line(`frozen after epoch: ${still.join(", ")}`);
  const negative = space.groups.flatMap(({ name, candidates }, group) =>
    result.supports[group]!.flatMap((index, entry) => {
      const weight = mixtureWeights[group]![entry]!;
      return weight < 0 ? [`${name} ${candidates[index]!.name} (${weight.toPrecision(2)})`] : [];
    }),
  );
  if (negative.length > 0) terminal.line(`absorbed with a negative weight: ${negative.join(", ")}`);
  const { distinctGenotypes, share, neverActive, candidates } = exploration;
  terminal.line(
    `explored ${countOf(distinctGenotypes, "genotype")} (${share.toExponential(1)} of the space); ${neverActive} of ${candidates} candidates never ran`,
  );
}
