/** @file What a run that is planned will take: seconds, from its budget or from steps that are timed, and memory. */
import { type RunConfig, totalOf } from "../store/index.ts";
import { anyArchitecture } from "./any-architecture.ts";
import type { OpenedData } from "./open-data.ts";
import { runFootprint } from "./run-footprint.ts";
import type { RunParts } from "./run-parts.ts";
import { secondsOfSearchEpoch, secondsOfTrainingEpoch } from "./step-seconds.ts";
import { endingSeconds } from "./time-plan.ts";

export interface RunEstimate {
  /** Of the whole run, without reading the data; those of its budget if it has one. */
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
  const ofTraining = await secondsOfTrainingEpoch(config, space, trained, data, threads);
  const ending = endingSeconds(ofTraining, config.data);
  const training = config.training.epochs * ofTraining;
  if (strategy === null || strategy.epochsOption === null) return training + ending;
  const epochs = strategy.changes[strategy.epochsOption]!.get(config.strategy!.options);
  return epochs * (await secondsOfSearchEpoch(config, parts, data, threads)) + training + ending;
}
