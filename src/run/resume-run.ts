/** @file Goes on with a run from its newest whole checkpoint, or from its beginning if it has none yet. */
import { assertWasmDevice } from "../device/index.ts";
import {
  ARCHITECTURE_FILE,
  assertRunConfig,
  CheckpointStore,
  CONFIG_FILE,
  type FoundCheckpoint,
  loadRunConfig,
  RunFolder,
  RunLock,
  SUMMARY_FILE,
} from "../store/index.ts";
import { packageVersion } from "../version.ts";
import { checkCapacity } from "./check-capacity.ts";
import { monotonicSeconds } from "./clock.ts";
import { changeConfig } from "./config-changes.ts";
import { openDataOfRun } from "./data-of-run.ts";
import { executeRun } from "./execute-run.ts";
import { expectedValues } from "./expected-values.ts";
import { note, type RunHost, type RunSummary } from "./run-host.ts";
import { type PartNames, partsOfRun, type RunParts } from "./run-parts.ts";
import { RunSession } from "./run-session.ts";

export interface ResumeOptions extends PartNames {
  /** Changes of the configuration, `NAME=VALUE` by commas, in the words of the command line's flags. */
  readonly changes?: string;
  /** Where the data are now, if they were moved. */
  readonly data?: string;
  /** Whether the run may be taken from a process of which cannot be told whether it is over. Default: false. */
  readonly takesOver?: boolean;
}

/**
 * @throws E_RUN_NOT_FOUND, E_RUN_CONFIG, E_RUN_MODULE, E_RESUME_FORMAT, E_RESUME_DATA if the data are not those that the run began with,
 * E_CHECKPOINT if checkpoints are there and none is whole, and what a run throws
 */
export async function resumeRun(path: string, options: ResumeOptions, host: RunHost): Promise<RunSummary> {
  const startedAt = monotonicSeconds();
  const folder = RunFolder.open(path);
  loadRunConfig(folder);
  if (folder.has(SUMMARY_FILE) && options.changes === undefined) {
    note(host, `run ${folder.path} is finished: nothing is left to do`);
    return folder.readJson(SUMMARY_FILE) as RunSummary;
  }
  await assertWasmDevice({ threads: host.threads });
  const lock = RunLock.acquire(folder, { takesOver: options.takesOver === true });
  let session: RunSession;
  try {
    session = await openSession(folder, lock, startedAt, options, host);
  } catch (error) {
    lock.release();
    throw error;
  }
  return executeRun(session);
}

async function openSession(
  folder: RunFolder,
  lock: RunLock,
  startedAt: number,
  options: ResumeOptions,
  host: RunHost,
): Promise<RunSession> {
  const { changes: asked, data: moved } = options;
  const opened = await partsOfRun(folder.name, loadRunConfig(folder), options);
  const { config: saved, spaceKind, space, strategy } = opened;
  const parts: RunParts = { spaceKind, space, strategy };
  for (const part of opened.changedModules) {
    note(host, `${part} is a module that has changed since the run began: what follows may differ`);
  }
  const store = new CheckpointStore(folder, saved.checkpoints.kept, saved.identity);
  const found = await store.newest((state) => expectedValues(saved, parts, state));
  for (const { name, reason } of found?.passedOver ?? []) {
    note(host, `checkpoint ${name} cannot be used and is set aside as ${name}.bad: ${reason}`);
  }
  const state = found?.checkpoint.state ?? null;
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
  if (asked !== undefined) {
    assertRunConfig(config);
    folder.remove(SUMMARY_FILE);
    folder.writeJson(CONFIG_FILE, config);
  }
  note(
    host,
    found === null
      ? `run folder ${folder.path}: no checkpoint yet, it starts from the beginning`
      : `run folder ${folder.path}: goes on from checkpoint ${found.name}`,
  );
  return new RunSession({ folder, config, parts, data, host, startedAt, found, changes, lock });
}

/** What is trained, where no search comes before it any more; else null. */
function architectureOf(folder: RunFolder, { space, strategy }: RunParts, found: FoundCheckpoint | null): unknown {
  const state = found?.checkpoint.state;
  if (state?.phase === "retrain") return space.parse(state.architecture);
  return strategy === null ? space.parse(folder.readText(ARCHITECTURE_FILE)) : null;
}
