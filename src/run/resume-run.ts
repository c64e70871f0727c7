/** @file Goes on with a run from its newest whole checkpoint, or from its beginning if it has none yet. */
import { assertWasmDevice } from "../device/index.ts";
import { type FlagTable, placeFlag, switchFlag, textFlag } from "../options/index.ts";
import {
  ARCHITECTURE_FILE,
  assertRunConfig,
  CheckpointStore,
  CONFIG_FILE,
  type FoundCheckpoint,
  loadRunConfig,
  type RunConfig,
  RunFolder,
  RunLock,
  type RunState,
  SUMMARY_FILE,
} from "../store/index.ts";
import { packageVersion } from "../version.ts";
import { readArchitecture } from "./architecture-source.ts";
import { checkCapacity } from "./check-capacity.ts";
import { monotonicSeconds } from "./clock.ts";
import { type ConfigChangesGiven, changeConfig } from "./config-changes.ts";
import { openDataOfRun } from "./data-of-run.ts";
import { executeRun } from "./execute-run.ts";
import { expectedValues } from "./expected-values.ts";
import { assertNotStopped } from "./interruption.ts";
import { completeHost, note, type RunHost, type RunHostGiven, type RunSummary } from "./run-host.ts";
import { RUN_FLAGS } from "./run-options.ts";
import { type PartNames, partsOfRun, type RunParts } from "./run-parts.ts";
import { RunSession } from "./run-session.ts";
import { takeGiven } from "./take-given.ts";

/** What the command line takes as flags. */
export interface ResumeGiven {
  /** Changes of the configuration, `NAME=VALUE` by commas, in the words of flags. */
  readonly with?: string;
  /** Where the data are now, if they were moved. */
  readonly data?: string;
  /** Whether the run may be taken from a process of which cannot be told whether it is over. Default: false. */
  readonly takeOver?: boolean;
}

export const RESUME_FLAGS: FlagTable<ResumeGiven> = {
  with: textFlag(
    "CHANGES",
    "settings to change from here on, such as retrain-epochs=100,time=2h; the run folder keeps a record",
  ),
  data: placeFlag(
    "data",
    "FOLDER",
    "where the data are now, if they were moved or this is another machine; checked file by file",
  ),
  takeOver: switchFlag(
    "also take a run from a process of which cannot be told whether it is over: on another host, in another container",
  ),
};

export interface ResumeSpec extends Omit<ResumeGiven, "with">, PartNames {
  /** A run folder. */
  readonly run: string;
  /** Settings to change from here on: values by the names of options, `{ retrainEpochs: 100 }`, or text as the flag takes it. */
  readonly with?: ConfigChangesGiven;
}

/**
 * Goes on with a run to what it would have come to without the stop. Of one that is finished the summary is read, unless something is to change.
 * @throws E_USAGE_OPTION, E_FLAG_VALUE, E_RUN_NOT_FOUND, E_RUN_CONFIG, E_RUN_MODULE, E_RUN_LOCKED, E_USAGE_CHANGE, E_RESUME_FORMAT, E_RESUME_DATA if
 * the data are not those that the run began with, E_CHECKPOINT if checkpoints are there and none is whole, and what a run throws; `Interruption`
 * when the host asks it to stop
 */
export async function resume(spec: ResumeSpec, given: RunHostGiven = {}): Promise<RunSummary> {
  const startedAt = monotonicSeconds();
  const { space, strategy } = RUN_FLAGS;
  takeGiven(spec, { where: "resume", needed: ["run"], flags: { ...RESUME_FLAGS, with: null, space, strategy } });
  const host = completeHost(given);
  const folder = RunFolder.open(spec.run);
  loadRunConfig(folder);
  if (folder.has(SUMMARY_FILE) && spec.with === undefined) {
    note(host, `run ${folder.path} is finished: nothing is left to do`);
    return readSummary(folder, spec);
  }
  assertNotStopped(host);
  await assertWasmDevice({ threads: host.threads });
  const lock = RunLock.acquire(folder, { takesOver: spec.takeOver === true });
  let session: RunSession;
  try {
    session = await openSession(folder, lock, startedAt, spec, host);
  } catch (error) {
    lock.release();
    throw error;
  }
  return executeRun(session);
}

/** Summaries of earlier versions do not say the architecture, which has a file of its own. */
async function readSummary(folder: RunFolder, { space: named }: PartNames): Promise<RunSummary> {
  const summary = folder.readJson(SUMMARY_FILE) as RunSummary;
  if (Object.hasOwn(summary, "architecture")) return summary;
  const { architecture, space } = await readArchitecture(folder.path, named === undefined ? {} : { space: named });
  return { ...summary, architecture: space.formatText(architecture) };
}

async function openSession(
  folder: RunFolder,
  lock: RunLock,
  startedAt: number,
  spec: ResumeSpec,
  host: RunHost,
): Promise<RunSession> {
  const { with: asked, data: moved } = spec;
  const opened = await partsOfRun(folder.name, loadRunConfig(folder), spec);
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
  const saved = asPlannedAt(state, written);
  const { config, changes } =
    asked === undefined ? { config: saved, changes: [] } : changeConfig(saved, parts.strategy, asked, state);
  if (config.version !== packageVersion()) {
    note(
      host,
      `the run was begun by ista-nas ${config.version}, this is ${packageVersion()}: the last digits may differ`,
    );
  }
  const data = await openDataOfRun(folder, config, moved, host);
  const architecture = architectureOf(folder, parts, found);
  const checkpoints = store.names().length;
  await checkCapacity({ config, parts, architecture, path: folder.path, checkpoints, host });
  assertNotStopped(host);
  if (asked !== undefined) {
    assertRunConfig(config);
    folder.remove(SUMMARY_FILE);
  }
  if (config !== written) folder.writeJson(CONFIG_FILE, config);
  note(
    host,
    found === null
      ? `run folder ${folder.path}: no checkpoint yet, it starts from the beginning`
      : `run folder ${folder.path}: goes on from checkpoint ${found.name}`,
  );
  return new RunSession({ folder, config, parts, data, host, startedAt, found, changes, lock });
}

/** Under a budget `config.json` has the newest number of epochs, which may be younger than the checkpoint. */
function asPlannedAt(state: RunState | null, config: RunConfig): RunConfig {
  const { training, timeBudget } = config;
  if (state?.phase !== "retrain" || state.epochs === undefined || timeBudget === null) return config;
  return state.epochs === training.epochs ? config : { ...config, training: { ...training, epochs: state.epochs } };
}

/** What is trained, where no search comes before it any more; else null. */
function architectureOf(folder: RunFolder, { space, strategy }: RunParts, found: FoundCheckpoint | null): unknown {
  const state = found?.checkpoint.state;
  if (state?.phase === "retrain") return space.parse(state.architecture);
  return strategy === null ? space.parse(folder.readText(ARCHITECTURE_FILE)) : null;
}
