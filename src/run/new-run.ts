/** @file A new run from data and options to its end: what the command line and programs call. */
import { assertWasmDevice } from "../device/index.ts";
import { logRequest } from "../loggers/index.ts";
import type { RunConfig } from "../store/index.ts";
import { type ArchitectureSource, readArchitecture } from "./architecture-source.ts";
import { assertTasks } from "./assert-tasks.ts";
import { type CheckedSearch, checkSearchSpec, checkTrainSpec } from "./check-spec.ts";
import { monotonicSeconds } from "./clock.ts";
import { estimateRun, type RunEstimate } from "./estimate-run.ts";
import { executeRun } from "./execute-run.ts";
import { refuseForeignOptions } from "./foreign-options.ts";
import { assertNotStopped } from "./interruption.ts";
import { type OpenedData, openData } from "./open-data.ts";
import { planByBudget } from "./plan-by-budget.ts";
import { planSearch } from "./plan-search.ts";
import { planTraining } from "./plan-training.ts";
import { withPreset, withTrainPreset } from "./presets.ts";
import { newArithmetic } from "./run-arithmetic.ts";
import { completeHost, type RunHost, type RunHostGiven, type RunSummary } from "./run-host.ts";
import type { RunOptions } from "./run-options.ts";
import type { RunSession } from "./run-session.ts";
import type { SearchSpec, TrainSpec } from "./run-spec.ts";
import { assertSizesCanBeChosen } from "./size-ladder.ts";
import { assertSpaceFits, spaceOptionsFor } from "./space-for-strategy.ts";
import { startRun } from "./start-run.ts";
import { withVerdict } from "./verdict/pass-verdict.ts";

/**
 * Searches, trains what was found, tests and exports it; passes the verdict on it if that is asked for.
 * @throws E_USAGE_OPTION, E_FLAG_VALUE, E_USAGE_PART, E_MODULE, E_RUN_UNFINISHED, E_RUN_FOLDER, what `openData` throws, what a plan refuses, and what
 * a run throws; `Interruption` when the host asks it to stop
 */
export async function search(spec: SearchSpec, given: RunHostGiven = {}): Promise<RunSummary> {
  const { start } = await prepareSearch(spec, completeHost(given));
  const session = start();
  return withVerdict(session, await executeRun(session));
}

/** A new run that is planned, and has no folder yet. */
export interface PreparedRun {
  readonly config: RunConfig;
  start(): RunSession;
  /** What it will take, from steps that are timed now. */
  estimate(): Promise<RunEstimate>;
}

/** What of a search can be refused before its data are read. Throws as `prepareSearch` does until then. */
export async function checkNewSearch(spec: SearchSpec): Promise<CheckedSearch> {
  const checked = await checkSearchSpec(spec);
  refuseForeignOptions(checked.given, checked.space.part, checked.strategy.part);
  assertTasks(checked.strategy.part, checked.given);
  assertSpaceFits(checked.strategy.part, checked.space.part, checked.given);
  assertSizesCanBeChosen(checked.given, checked.space.part);
  return checked;
}

/** The same of a training. */
export async function checkNewTraining(spec: TrainSpec): Promise<ArchitectureSource & { readonly given: RunOptions }> {
  const given = await checkTrainSpec(spec);
  const source = await readArchitecture(spec.architecture, given);
  refuseForeignOptions(given, source.chosen.part, null);
  assertSizesCanBeChosen(given, source.chosen.part);
  return { ...source, given };
}

/** Plans what `search` runs; `opened`: the data, if they are open already. Throws as it does until the run begins. */
export async function prepareSearch(spec: SearchSpec, host: RunHost, opened?: OpenedData): Promise<PreparedRun> {
  const startedAt = monotonicSeconds();
  const { given, space: chosenSpace, strategy, maySkipSearch } = await checkNewSearch(spec);
  const logs = logRequest(spec);
  assertNotStopped(host);
  await assertWasmDevice({ threads: host.threads, arithmetic: newArithmetic(given) });
  const options = withPreset(given, spec.data, chosenSpace.part, strategy.part);
  const space = { ...chosenSpace, options: spaceOptionsFor(strategy.part, chosenSpace.part, options) };
  const data = opened ?? (await openData(spec.data, options, host));
  const inputs = { options, given, data, host, startedAt, space, strategy, logs };
  const parts = { spaceKind: space.part, space: space.part.create(space.options), strategy: strategy.part };
  const planned = maySkipSearch
    ? await planByBudget(inputs, parts, spec.data)
    : { inputs, config: await planSearch(inputs, parts), parts, architecture: null };
  const { config, architecture } = planned;
  return {
    config,
    start: () => startRun(planned.inputs, config, planned.parts, architecture),
    estimate: () => estimateRun({ config, parts: planned.parts, architecture, data, threads: host.threads }),
  };
}

/** Trains an architecture from scratch, tests and exports it. Throws as `readArchitecture` and `search` do. */
export async function train(spec: TrainSpec, given: RunHostGiven = {}): Promise<RunSummary> {
  const { start } = await prepareTraining(spec, completeHost(given));
  return executeRun(start());
}

/** Plans what `train` runs; `opened`: the data, if they are open already. Throws as it does until the run begins. */
export async function prepareTraining(spec: TrainSpec, host: RunHost, opened?: OpenedData): Promise<PreparedRun> {
  const startedAt = monotonicSeconds();
  const { given, name, architecture, chosen, space } = await checkNewTraining(spec);
  const logs = logRequest(spec);
  assertNotStopped(host);
  await assertWasmDevice({ threads: host.threads, arithmetic: newArithmetic(given) });
  const options = withTrainPreset(given, spec.data, chosen.part);
  const data = opened ?? (await openData(spec.data, options, host));
  const inputs = { options, given, data, host, startedAt, space: chosen, logs };
  const parts = { spaceKind: chosen.part, space, strategy: null };
  const config = await planTraining(inputs, parts, { name, architecture });
  return {
    config,
    start: () => startRun(inputs, config, parts, architecture),
    estimate: () => estimateRun({ config, parts, architecture, data, threads: host.threads }),
  };
}
