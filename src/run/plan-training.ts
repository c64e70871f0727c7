/** @file From options and data to the configuration of a new training. What cannot be done is refused here, before there is a run folder. */
import { countOf } from "../count-of.ts";
import { formatDuration } from "../duration.ts";
import type { RunConfig } from "../store/index.ts";
import { assertOwnConfig } from "./assert-own-config.ts";
import { baseConfig } from "./base-config.ts";
import { checkNewRun } from "./check-capacity.ts";
import { monotonicSeconds } from "./clock.ts";
import { fitBatches } from "./fit-batches.ts";
import { note } from "./run-host.ts";
import type { RunInputs } from "./run-inputs.ts";
import type { RunParts } from "./run-parts.ts";
import { networkShape, trainingSettings } from "./settings.ts";
import { secondsOfTrainingEpoch } from "./step-seconds.ts";
import { endingSeconds, planRetrainEpochs } from "./time-plan.ts";
import { trainingBatches } from "./train-phase.ts";

/** What is trained: an architecture of the space of the inputs. */
export interface NamedArchitecture {
  readonly name: string;
  readonly architecture: unknown;
}

/** The configuration that the options ask for; with `time`, with as many epochs as fit. Throws as `planSearch` does. */
export async function planTraining(
  inputs: RunInputs,
  parts: RunParts,
  { name, architecture }: NamedArchitecture,
): Promise<RunConfig> {
  const { data, host } = inputs;
  const spaceKind = inputs.space.part;
  const options = fitBatches(inputs, null);
  const base = baseConfig({ ...inputs, options }, "train", name);
  const settings = { options, shape: networkShape(data), space: spaceKind, spaceOptions: base.space.options };
  const training = trainingSettings(settings, "training", "own");
  const config: RunConfig = { ...base, strategy: null, training };
  trainingBatches(config, data);
  await checkNewRun(inputs, config, parts, architecture);
  assertOwnConfig(config, parts);
  if (options.time === undefined) return config;
  const perEpoch = await secondsOfTrainingEpoch(config, parts.space, { architecture }, data, host.threads);
  const used = monotonicSeconds() - inputs.startedAt;
  const ending = endingSeconds(perEpoch, config.data);
  const epochs = planRetrainEpochs({ given: options.time, used, ending }, perEpoch);
  note(host, `plan: ${countOf(epochs, "epoch")} of training in about ${formatDuration(epochs * perEpoch)}`);
  return { ...config, training: { ...training, epochs } };
}
