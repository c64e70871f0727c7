/** @file From options and data to the configuration of a new training. What cannot be done is refused here, before there is a run folder. */
import { countOf } from "../count-of.ts";
import type { RunConfig } from "../store/index.ts";
import { assertOwnConfig } from "./assert-own-config.ts";
import { baseConfig } from "./base-config.ts";
import { checkNewRun } from "./check-capacity.ts";
import { fitBatches } from "./fit-batches.ts";
import { planSize } from "./plan-size.ts";
import { askedBudget } from "./run-budget.ts";
import { note } from "./run-host.ts";
import type { RunInputs } from "./run-inputs.ts";
import type { RunOptions } from "./run-options.ts";
import type { RunParts } from "./run-parts.ts";
import { networkShape, trainingSettings } from "./settings.ts";
import { sizeLadder } from "./size-ladder.ts";
import { trainingBatches } from "./train-phase.ts";

/** What is trained: an architecture of the space of the inputs. */
export interface NamedArchitecture {
  readonly name: string;
  readonly architecture: unknown;
}

/** The configuration that the options ask for; with a budget, with as many epochs as fit. Throws as `planSearch` does. */
export async function planTraining(
  inputs: RunInputs,
  parts: RunParts,
  { name, architecture }: NamedArchitecture,
): Promise<RunConfig> {
  const { data, host, given } = inputs;
  const spaceKind = inputs.space.part;
  const options = fitBatches(inputs, null);
  const base = baseConfig({ ...inputs, options }, "train", name);
  const configOf = (size: RunOptions): RunConfig => {
    const sized = { ...options, ...size };
    const settings = { options: sized, shape: networkShape(data), space: spaceKind, spaceOptions: base.space.options };
    return { ...base, strategy: null, training: trainingSettings(settings, "training", "own") };
  };
  const budget = askedBudget(options);
  const ladder = budget === null ? [{}] : sizeLadder({ given, options, space: spaceKind, hasTwoNetworks: false });
  const smallest = configOf(ladder[0]!);
  trainingBatches(smallest, data);
  await checkNewRun(inputs, smallest, parts, architecture);
  assertOwnConfig(smallest, parts);
  if (budget === null) return smallest;
  const { config, plan, decisions } = await planSize(inputs, parts, { ladder, configOf, architecture });
  const { retrainEpochs: epochs } = plan;
  note(host, `plan: ${countOf(epochs, "epoch")} of training in about ${budget.unit.format(plan.expectedCost)}`);
  const decided = decisions.length === 0 ? {} : { decisions };
  return { ...config, ...decided, training: { ...config.training, epochs } };
}
