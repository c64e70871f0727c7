/** @file A one-stage run: search with all training images, and go on training the same weights. */
import { basename } from "node:path";
import { TrainingBatches } from "../../data/index.ts";
import { createWasmDevice } from "../../device/index.ts";
import type { RunConfig } from "../../run/index.ts";
import { drawArchitecture, type OneStageResult, oneStageSearch } from "../../search/index.ts";
import type { SearchSpace } from "../../space/index.ts";
import { monotonicSeconds } from "../clock.ts";
import { formatDuration } from "../duration.ts";
import type { Terminal } from "../terminal.ts";
import { finishRun } from "./finish-run.ts";
import { fitTraining } from "./fit-training.ts";
import { followSearch } from "./follow-search.ts";
import { secondsOfRetrainEpoch } from "./retrain-epoch-time.ts";
import { baseConfig, dataShape, type SearchInputs, startRun } from "./search-inputs.ts";
import { oneStageSettings } from "./settings.ts";
import { planEpochs } from "./time-plan.ts";
import { trainNetwork } from "./train-network.ts";

export async function runOneStage(inputs: SearchInputs): Promise<void> {
  const { flags, data, space, streams, threads, terminal, startedAt } = inputs;
  let config: RunConfig = {
    ...baseConfig(inputs, "one-stage"),
    search: null,
    ...oneStageSettings(flags, dataShape(data)),
  };
  const perEpoch = flags.time === undefined ? 0 : await secondsOfRetrainEpoch(config, { space }, data, threads);
  if (flags.time !== undefined)
    config = planned(config, perEpoch, flags.time - (monotonicSeconds() - startedAt), terminal);
  const settings = config.oneStage!;
  const batches = new TrainingBatches({
    split: data.train,
    statistics: config.normalisation,
    batchSize: settings.batch,
    augmentation: settings.augmentation,
    streams,
    name: "search",
  });
  const given = { space, spec: settings.network, streams, weightBatches: batches, clock: monotonicSeconds };
  // Before there is a run folder: it refuses limits that cannot be kept.
  const architecture = drawArchitecture(given, settings);
  const { folder, recorder } = startRun(inputs, config);
  const device = await createWasmDevice({ threads });
  try {
    const run = oneStageSearch({ ...given, device }, architecture, settings);
    const plan = { epochs: settings.maxEpochs, stepsPerEpoch: batches.batchCount };
    const result = await followSearch(run, plan, config, space, recorder, terminal);
    describeResult(result, space, terminal);
    config = await fitTraining(config, inputs, folder, async () => perEpoch);
    const { genotype, exploration, searchEpochs, reachedBound } = result;
    const clock = monotonicSeconds;
    await trainNetwork(device, { config, genotype, data, streams, recorder, terminal, clock, from: "present" });
    const frozenAt = Object.fromEntries(space.groups.map(({ name }, k) => [name, result.frozenAt[k]!]));
    const absorbedEdgeWeights = {
      normal: Array.from(result.edgeWeights.normal),
      reduce: Array.from(result.edgeWeights.reduce),
    };
    const details = { searchEpochs, reachedBound, frozenAt, absorbedEdgeWeights, exploration };
    const genotypeName = basename(folder.path);
    await finishRun({
      ...{ folder, config, device, genotype, genotypeName, data, recorder, terminal, clock, startedAt, details },
    });
  } finally {
    await device.close();
  }
}

/** An epoch of search takes about as long as one of training: the same network, one pass each. */
function planned(config: RunConfig, perEpoch: number, budget: number, terminal: Terminal): RunConfig {
  const plan = planEpochs(
    budget,
    { epochs: config.oneStage!.maxEpochs, secondsPerEpoch: perEpoch },
    { epochs: config.retrain.epochs, secondsPerEpoch: perEpoch },
  );
  terminal.line(
    `plan: at most ${plan.searchEpochs} epochs of search and ${plan.retrainEpochs} of training in about ${formatDuration(plan.expectedSeconds)}`,
  );
  return {
    ...config,
    oneStage: { ...config.oneStage!, maxEpochs: plan.searchEpochs },
    retrain: { ...config.retrain, epochs: plan.retrainEpochs },
  };
}

function describeResult(result: OneStageResult, space: SearchSpace, terminal: Terminal): void {
  const { searchEpochs, reachedBound, exploration, edgeWeights } = result;
  const end = reachedBound
    ? `the bound of ${searchEpochs} epochs ended the search: groups that still moved are frozen as they are`
    : `all groups stood still after ${searchEpochs} epochs`;
  terminal.line(end);
  const entries = { normal: 0, reduce: 0 };
  const negative = space.groups.flatMap(({ name, cell, candidates }, group) =>
    result.supports[group]!.flatMap((index) => {
      const weight = edgeWeights[cell][entries[cell]++]!;
      const { primitive, source } = candidates[index]!;
      return weight < 0 ? [`${name} ${primitive}@${source} (${weight.toPrecision(2)})`] : [];
    }),
  );
  if (negative.length > 0) terminal.line(`absorbed with a negative weight: ${negative.join(", ")}`);
  const { distinctGenotypes, share, neverActive, candidates } = exploration;
  terminal.line(
    `explored ${distinctGenotypes} genotypes (${share.toExponential(1)} of the space); ${neverActive} of ${candidates} candidates never ran`,
  );
}
