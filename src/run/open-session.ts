/** @file A run that goes on: from its newest whole checkpoint, or from its beginning if it has none yet. */
import type { Strategy } from "../search/index.ts";
import {
  ARCHITECTURE_FILE,
  assertRunConfig,
  CheckpointStore,
  CONFIG_FILE,
  type FoundCheckpoint,
  loadRunConfig,
  type RunConfig,
  type RunFolder,
  type RunLock,
  type RunState,
  restartVerdict,
  SUMMARY_FILE,
} from "../store/index.ts";
import { packageVersion } from "../version.ts";
import { checkCapacity } from "./check-capacity.ts";
import { type ConfigChangesGiven, changeConfig } from "./config-changes.ts";
import { openDataOfRun } from "./data-of-run.ts";
import { expectedValues } from "./expected-values.ts";
import { assertNotStopped } from "./interruption.ts";
import type { OpenedData } from "./open-data.ts";
import { budgetOf } from "./run-budget.ts";
import { note, type RunHost } from "./run-host.ts";
import { type PartNames, partsOfRun, type RunParts } from "./run-parts.ts";
import { RunSession } from "./run-session.ts";

export interface OpenSessionInputs {
  readonly folder: RunFolder;
  /** Of the folder: the session gives it back. */
  readonly lock: RunLock;
  /** When this process began, by `monotonicSeconds`. */
  readonly startedAt: number;
  readonly names: PartNames;
  /** Settings to change from here on. */
  readonly asked: ConfigChangesGiven | undefined;
  /** The data, if they are open already, or where they are now, if they were moved. */
  readonly data: OpenedData | string | undefined;
  readonly host: RunHost;
  /** Where the MLflow server is now, if that was said. */
  readonly mlflowUri?: string | undefined;
}

/** Throws as `resume` does; then the lock is still held. */
export async function openSession(inputs: OpenSessionInputs): Promise<RunSession> {
  const { folder, lock, startedAt, names, asked, data: given, host, mlflowUri } = inputs;
  const opened = await partsOfRun(folder.name, loadRunConfig(folder), names);
  const { config: written, spaceKind, space, strategy } = opened;
  const parts: RunParts = { spaceKind, space, strategy };
  for (const part of opened.changedModules) {
    note(host, `${part} is a module that has changed since the run began: what follows may differ`);
  }
  const store = new CheckpointStore(folder, written.checkpoints.kept, written.identity);
  const found = await store.newest((state) => expectedValues(written, parts, state));
  for (const { name, reason } of found?.passedOver ?? []) {
    note(host, `checkpoint ${name} cannot be used and is set aside as ${name}.bad: ${reason}`);
  }
  const state = found?.checkpoint.state ?? null;
  const saved = asPlannedAt(state, written, strategy);
  const { config, changes } =
    asked === undefined ? { config: saved, changes: [] } : changeConfig(saved, parts.strategy, asked, state);
  if (config.version !== packageVersion()) {
    note(
      host,
      `the run was begun by ista-nas ${config.version}, this is ${packageVersion()}: the last digits may differ`,
    );
  }
  const data = typeof given === "object" ? given : await openDataOfRun(folder, config, given, host);
  const architecture = architectureOf(folder, parts, found);
  const checkpoints = store.names().length;
  await checkCapacity({ config, parts, architecture, path: folder.path, checkpoints, host });
  assertNotStopped(host);
  if (asked !== undefined) {
    assertRunConfig(config);
    folder.remove(SUMMARY_FILE);
    restartVerdict(folder);
  }
  if (config !== written) folder.writeJson(CONFIG_FILE, config);
  note(
    host,
    found === null
      ? `run folder ${folder.path}: no checkpoint yet, it starts from the beginning`
      : `run folder ${folder.path}: goes on from checkpoint ${found.name}`,
  );
  const isSameUnit = budgetOf(config)?.unit === budgetOf(saved)?.unit;
  const from = found === null || isSameUnit ? found : withoutReadings(found);
  return new RunSession({ folder, config, parts, data, host, startedAt, found: from, changes, lock, mlflowUri });
}

/** Under a budget `config.json` has the newest number of epochs, which may be younger than the checkpoint. */
function asPlannedAt(state: RunState | null, config: RunConfig, strategy: Strategy | null): RunConfig {
  if (state?.epochs === undefined || budgetOf(config) === null) return config;
  const { training, strategy: planned } = config;
  if (state.phase === "retrain") {
    return state.epochs === training.epochs ? config : { ...config, training: { ...training, epochs: state.epochs } };
  }
  const bound = strategy!.changes[strategy!.epochsOption!]!;
  if (state.epochs === bound.get(planned!.options)) return config;
  return { ...config, strategy: { ...planned!, options: bound.set(planned!.options, state.epochs) } };
}

/** Those of another budget say nothing of the present one. */
function withoutReadings({ checkpoint, ...found }: FoundCheckpoint): FoundCheckpoint {
  const { budgetReadings: _, ...state } = checkpoint.state;
  return { ...found, checkpoint: { ...checkpoint, state } };
}

/** What is trained, where no search comes before it any more; else null. */
function architectureOf(folder: RunFolder, { space, strategy }: RunParts, found: FoundCheckpoint | null): unknown {
  const state = found?.checkpoint.state;
  if (state?.phase === "retrain") return space.parse(state.architecture);
  return strategy === null ? space.parse(folder.readText(ARCHITECTURE_FILE)) : null;
}
