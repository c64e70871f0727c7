/** @file What a run that is planned will take: seconds, from its budget or from steps that are timed, and memory. */
import { type RunConfig, totalOf } from "../store/index.ts";
import { anyArchitecture } from "./any-architecture.ts";
import { costOfSearchEpoch, costOfTrainingEpoch, STEP_SECONDS } from "./epoch-cost.ts";
import type { OpenedData } from "./open-data.ts";
import { SECONDS } from "./run-budget.ts";
import { runFootprint } from "./run-footprint.ts";
import type { RunParts } from "./run-parts.ts";

export interface RunEstimate {
  /** Of the whole run, without reading the data; those of its budget if it has one of time. */
  readonly seconds: number;
  /** Of what a run needs at its beginning. */
  readonly memoryBytes: number;
}

interface EstimateInputs {
  readonly config: RunConfig;
  readonly parts: RunParts;
  /** What is trained, if no search comes before it; else null. */
  readonly architecture: unknown;
  readonly data: OpenedData;
  readonly threads: number | "auto";
}

export async function estimateRun(inputs: EstimateInputs): Promise<RunEstimate> {
  const { config, parts, architecture, threads } = inputs;
  const what = architecture === null ? ({ supports: "first" } as const) : { architecture };
  const { memory } = await runFootprint(config, parts, what, threads);
  return { seconds: config.timeBudget ?? (await secondsOf(inputs)), memoryBytes: totalOf(memory) };
}

/** Of a search at most, where it may end before its bound. */
async function secondsOf({ config, parts, architecture, data, threads }: EstimateInputs): Promise<number> {
  const { strategy, space } = parts;
  const trained = architecture ?? anyArchitecture(space);
  const ofTraining = await costOfTrainingEpoch(STEP_SECONDS, config, space, trained, data, threads);
  const ending = SECONDS.ending(ofTraining, config.data);
  const training = config.training.epochs * ofTraining;
  if (strategy === null || strategy.epochsOption === null) return training + ending;
  const epochs = strategy.changes[strategy.epochsOption]!.get(config.strategy!.options);
  return epochs * (await costOfSearchEpoch(STEP_SECONDS, config, parts, data, threads)) + training + ending;
}
