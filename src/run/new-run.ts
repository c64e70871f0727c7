/** @file A new run from data and options to its end: what the command line and programs call. */
import { assertWasmDevice } from "../device/index.ts";
import type { RunConfig } from "../store/index.ts";
import { readArchitecture } from "./architecture-source.ts";
import { monotonicSeconds } from "./clock.ts";
import { executeRun } from "./execute-run.ts";
import { refuseForeignOptions } from "./foreign-options.ts";
import { type OpenedData, openData } from "./open-data.ts";
import { planSearch } from "./plan-search.ts";
import { planTraining } from "./plan-training.ts";
import { withPreset, withTrainPreset } from "./presets.ts";
import type { RunHost, RunSummary } from "./run-host.ts";
import type { RunOptions } from "./run-options.ts";
import { chooseSpace, chooseStrategy } from "./run-parts.ts";
import type { RunSession } from "./run-session.ts";
import { startRun } from "./start-run.ts";

/**
 * Searches, trains what was found, tests and exports it. `dataPath`: `demo`, or a folder of labelled images.
 * @throws E_USAGE_PART, E_MODULE, what `openData` throws, what a plan refuses, and what a run throws
 */
export async function runSearch(dataPath: string, given: RunOptions, host: RunHost): Promise<RunSummary> {
  return executeRun((await prepareSearch(dataPath, given, host)).start());
}

/** A new search that is planned, and has no folder yet. */
export interface PreparedSearch {
  readonly config: RunConfig;
  start(): RunSession;
}

/** Plans what `runSearch` runs; `opened`: the data, if they are open already. Throws as it does until the run begins. */
export async function prepareSearch(
  dataPath: string,
  given: RunOptions,
  host: RunHost,
  opened?: OpenedData,
): Promise<PreparedSearch> {
  const startedAt = monotonicSeconds();
  const [chosenSpace, strategy] = await Promise.all([chooseSpace(given.space), chooseStrategy(given.strategy)]);
  refuseForeignOptions(given, chosenSpace.part, strategy.part);
  await assertWasmDevice({ threads: host.threads });
  const options = withPreset(given, dataPath, chosenSpace.part, strategy.part);
  const space = { ...chosenSpace, options: chosenSpace.part.options(options) };
  const data = opened ?? (await openData(dataPath, options, host));
  const inputs = { options, given, data, host, startedAt, space, strategy };
  const parts = { spaceKind: space.part, space: space.part.create(space.options), strategy: strategy.part };
  const config = await planSearch(inputs, parts);
  return { config, start: () => startRun(inputs, config, parts, null) };
}

/** Trains an architecture from scratch, tests and exports it. `source`: as `readArchitecture` takes it. Throws as that and `runSearch` do. */
export async function runTraining(
  source: string,
  dataPath: string,
  given: RunOptions,
  host: RunHost,
): Promise<RunSummary> {
  const startedAt = monotonicSeconds();
  const { name, architecture, chosen, space } = await readArchitecture(source, given);
  refuseForeignOptions(given, chosen.part, null);
  await assertWasmDevice({ threads: host.threads });
  const options = withTrainPreset(given, dataPath, chosen.part);
  const data = await openData(dataPath, options, host);
  const inputs = { options, given, data, host, startedAt, space: chosen };
  const parts = { spaceKind: chosen.part, space, strategy: null };
  const config = await planTraining(inputs, parts, { name, architecture });
  return executeRun(startRun(inputs, config, parts, architecture));
}
