/** @file From options and data to the configuration of a new search. What cannot be done is refused here, before there is a run folder. */
import { countOf } from "../count-of.ts";
import { RandomStreams } from "../random/index.ts";
import type { RunConfig } from "../store/index.ts";
import { assertOwnConfig } from "./assert-own-config.ts";
import { baseConfig } from "./base-config.ts";
import { checkNewRun } from "./check-capacity.ts";
import { fitBatches } from "./fit-batches.ts";
import { planSize } from "./plan-size.ts";
import { askedBudget } from "./run-budget.ts";
import { note } from "./run-host.ts";
import type { SearchInputs } from "./run-inputs.ts";
import type { RunOptions } from "./run-options.ts";
import type { RunParts } from "./run-parts.ts";
import { searchBatches } from "./search-batches.ts";
import { searchedSpace } from "./searched-space.ts";
import { networkShape, searchSettings } from "./settings.ts";
import { sizeLadder } from "./size-ladder.ts";
import { withLatency } from "./speed/with-latency.ts";
import { trainingBatches } from "./train-phase.ts";

/**
 * The configuration that the options ask for of `parts`; with a budget, with as many epochs as fit.
 * @throws what the space, the strategy and the data refuse, E_SEARCH_LIMITS, E_RUN_MEMORY, E_RUN_DISK, E_TIME_TOO_SHORT, E_COMPUTE_TOO_SMALL
 */
export async function planSearch(inputs: SearchInputs, parts: RunParts): Promise<RunConfig> {
  const { data, host, given } = inputs;
  const { part: strategy, module } = inputs.strategy;
  const spaceKind = inputs.space.part;
  const options = fitBatches(inputs, strategy);
  const base = baseConfig({ ...inputs, options }, "search", null);
  const { afterwards, settledEpochs = 0 } = options;
  const part = {
    ...{ kind: strategy.kind, ...(module === undefined ? {} : { module }) },
    ...(afterwards === undefined ? {} : { afterwards }),
    ...(settledEpochs === 0 ? {} : { settledEpochs }),
  };
  const configOf = (size: RunOptions): RunConfig => {
    const sized = { ...options, ...size };
    const settings = { options: sized, shape: networkShape(data), space: spaceKind, spaceOptions: base.space.options };
    const { search, training } = searchSettings(settings, strategy);
    return { ...base, strategy: { ...part, ...search }, training };
  };
  const hasTwoNetworks = strategy.afterwards === "retrain";
  const budget = askedBudget(options);
  const ladder = budget === null ? [{}] : sizeLadder({ given, options, space: spaceKind, hasTwoNetworks });
  const smallest = await withLatency(configOf(ladder[0]!), parts.space, host);
  searchBatches(smallest, strategy, data);
  trainingBatches(smallest, data);
  const streams = new RandomStreams(smallest.seed);
  const assertWithinLimits = ({ strategy: planned }: RunConfig) =>
    strategy.firstSupports({ space: searchedSpace(parts.space, planned!.network), streams }, planned!.options);
  assertWithinLimits(smallest);
  await checkNewRun(inputs, smallest, parts, null);
  assertOwnConfig(smallest, parts);
  if (budget === null) return smallest;
  const planOf = (size: RunOptions) => (size === ladder[0] ? smallest : configOf(size));
  const sized = await planSize(inputs, parts, { ladder, configOf: planOf, architecture: null });
  const { plan, decisions } = sized;
  // Another size has other times.
  const config = sized.config === smallest ? smallest : await withLatency(sized.config, parts.space, host);
  if (config !== sized.config) assertWithinLimits(config);
  const { epochsOption } = strategy;
  const searchEpochs = countOf(plan.searchEpochs, "epoch");
  const isTrained = strategy.afterwards !== "none";
  const most = strategy.afterwards === "continue" || settledEpochs > 0 ? `at most ${searchEpochs}` : searchEpochs;
  const expected = budget.unit.format(plan.expectedCost);
  const training = isTrained ? ` and ${plan.retrainEpochs} of training` : "";
  note(host, `plan: ${most} of search${training} in about ${expected}`);
  const planned = config.strategy!;
  const bound = epochsOption === null ? null : strategy.changes[epochsOption]!;
  return {
    ...config,
    ...(plan.searchBudget === null ? {} : { searchBudget: plan.searchBudget }),
    ...(decisions.length === 0 ? {} : { decisions }),
    strategy: {
      ...planned,
      options: bound === null ? planned.options : bound.set(planned.options, plan.searchEpochs),
    },
    training: { ...config.training, epochs: isTrained ? plan.retrainEpochs : 0 },
  };
}
