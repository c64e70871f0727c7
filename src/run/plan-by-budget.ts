/** @file Plans a run whose budget decides whether anything is searched: a search, or the training of the space's first baseline. */
import type { RunConfig } from "../store/index.ts";
import { decideSearch } from "./decide-search.ts";
import type { OpenedData } from "./open-data.ts";
import { planSearch } from "./plan-search.ts";
import { planTraining } from "./plan-training.ts";
import { asTrainOptions, withTrainPreset } from "./presets.ts";
import { isBudgetTooSmall } from "./run-budget.ts";
import { note, type RunEvent } from "./run-host.ts";
import type { RunInputs, SearchInputs } from "./run-inputs.ts";
import type { RunParts } from "./run-parts.ts";
import { searchBatches, stepsOf } from "./search-batches.ts";

/** A run that is planned: what `startRun` takes. */
export interface PlannedRun {
  readonly inputs: RunInputs;
  readonly config: RunConfig;
  readonly parts: RunParts;
  /** What is trained where nothing is searched; else null. */
  readonly architecture: unknown;
}

/** `dataPath`: as typed. Throws as `planSearch` and `planTraining` do. */
export async function planByBudget(inputs: SearchInputs, parts: RunParts, dataPath: string): Promise<PlannedRun> {
  const { host, given, data, strategy, space } = inputs;
  const told: RunEvent[] = [];
  const searched = await planIfItFits({ ...inputs, host: { ...host, onEvent: (event) => told.push(event) } }, parts);
  const { baseline, decision } = decideSearch(searched === null ? 0 : stepsOfSearch(searched, parts, data), parts);
  note(host, `strategy: ${decision.chosen}: ${decision.reason}`);
  const withDecision = (config: RunConfig) => ({ ...config, decisions: [decision, ...(config.decisions ?? [])] });
  if (baseline === null) {
    const config = withDecision(searched ?? (await planSearch(inputs, parts)));
    for (const event of told) host.onEvent(event);
    return { inputs, config, parts, architecture: null };
  }
  const trainGiven = asTrainOptions(given, strategy.part);
  const options = withTrainPreset(trainGiven, dataPath, space.part);
  const trainInputs = { ...inputs, given: trainGiven, options };
  const trainParts = { ...parts, strategy: null };
  const config = withDecision(await planTraining(trainInputs, trainParts, baseline));
  return { inputs: trainInputs, config, parts: trainParts, architecture: baseline.architecture };
}

/** Null where one epoch of search and one of training do not fit. */
async function planIfItFits(inputs: SearchInputs, parts: RunParts): Promise<RunConfig | null> {
  try {
    return await planSearch(inputs, parts);
  } catch (error) {
    if (isBudgetTooSmall(error)) return null;
    throw error;
  }
}

/** How many steps the search has that was planned. */
function stepsOfSearch(config: RunConfig, { strategy }: RunParts, data: OpenedData): number {
  const { epochsOption, changes } = strategy!;
  if (epochsOption === null) return 0;
  return (
    changes[epochsOption]!.get(config.strategy!.options) *
    stepsOf(config, strategy!, searchBatches(config, strategy!, data))
  );
}
