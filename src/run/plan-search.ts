/** @file From options and data to the configuration of a new search. What cannot be done is refused here, before there is a run folder. */
import { countOf } from "../count-of.ts";
import { formatDuration } from "../duration.ts";
import { RandomStreams } from "../random/index.ts";
import type { RunConfig } from "../store/index.ts";
import { assertOwnConfig } from "./assert-own-config.ts";
import { baseConfig } from "./base-config.ts";
import { checkNewRun } from "./check-capacity.ts";
import { monotonicSeconds } from "./clock.ts";
import { fitBatches } from "./fit-batches.ts";
import { note } from "./run-host.ts";
import type { SearchInputs } from "./run-inputs.ts";
import type { RunParts } from "./run-parts.ts";
import { searchBatches } from "./search-batches.ts";
import { searchedSpace } from "./searched-space.ts";
import { networkShape, searchSettings } from "./settings.ts";
import { secondsOfSearchEpoch, secondsOfTrainingEpoch } from "./step-seconds.ts";
import { endingSeconds, planEpochs } from "./time-plan.ts";
import { trainingBatches } from "./train-phase.ts";

/**
 * The configuration that the options ask for of `parts`; with `time`, with as many epochs as fit.
 * @throws what the space, the strategy and the data refuse, E_SEARCH_LIMITS, E_RUN_MEMORY, E_RUN_DISK, E_TIME_TOO_SHORT
 */
export async function planSearch(inputs: SearchInputs, parts: RunParts): Promise<RunConfig> {
  const { data, host, startedAt } = inputs;
  const { part: strategy, module } = inputs.strategy;
  const spaceKind = inputs.space.part;
  const options = fitBatches(inputs, strategy);
  const base = baseConfig({ ...inputs, options }, "search", null);
  const settings = { options, shape: networkShape(data), space: spaceKind, spaceOptions: base.space.options };
  const { search, training } = searchSettings(settings, strategy);
  const part = { kind: strategy.kind, ...(module === undefined ? {} : { module }) };
  const config: RunConfig = { ...base, strategy: { ...part, ...search }, training };
  searchBatches(config, strategy, data);
  trainingBatches(config, data);
  const streams = new RandomStreams(config.seed);
  strategy.firstSupports({ space: searchedSpace(parts.space, search.network), streams }, search.options);
  await checkNewRun(inputs, config, parts, null);
  assertOwnConfig(config, parts);
  const { epochsOption } = strategy;
  if (options.time === undefined) return config;
  const perEpoch = await secondsOfTrainingEpoch(config, parts.space, null, data, host.threads);
  const bound = epochsOption === null ? null : strategy.changes[epochsOption]!;
  const searching =
    bound === null
      ? null
      : {
          epochs: bound.get(search.options),
          secondsPerEpoch: await secondsOfSearchEpoch(config, parts, data, host.threads),
        };
  const used = monotonicSeconds() - startedAt;
  const budget = { given: options.time, used, ending: endingSeconds(perEpoch, config.data) };
  const plan = planEpochs(budget, searching, { epochs: training.epochs, secondsPerEpoch: perEpoch });
  const ofSearch = countOf(plan.searchEpochs, "epoch");
  const most = strategy.afterwards === "continue" ? `at most ${ofSearch}` : ofSearch;
  const expected = formatDuration(plan.expectedSeconds);
  note(host, `plan: ${most} of search and ${plan.retrainEpochs} of training in about ${expected}`);
  return {
    ...config,
    ...(plan.searchBudget === null ? {} : { searchBudget: plan.searchBudget }),
    strategy: {
      ...config.strategy!,
      options: bound === null ? search.options : bound.set(search.options, plan.searchEpochs),
    },
    training: { ...training, epochs: plan.retrainEpochs },
  };
}
