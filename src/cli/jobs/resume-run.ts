/** @file Goes on with a run from its newest whole checkpoint, or from its beginning if it has none yet. */

import { assertWasmDevice } from "../../device/index.ts";
import { type Genotype, parseGenotype } from "../../spaces/darts/index.ts";
import {
  assertRunConfig,
  CheckpointStore,
  CONFIG_FILE,
  type FoundCheckpoint,
  loadRunConfig,
  type RunConfig,
  RunFolder,
  RunLock,
  SUMMARY_FILE,
} from "../../store/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { Terminal } from "../terminal.ts";
import { packageVersion } from "../version.ts";
import { checkRoom } from "./check-room.ts";
import { changeConfig } from "./config-changes.ts";
import { openDataOfRun } from "./data-of-run.ts";
import { executeRun } from "./execute-run.ts";
import { expectedValues } from "./expected-values.ts";
import { RunSession } from "./run-session.ts";

export interface ResumeOptions {
  readonly threads: number | "auto";
  /** Changes of the configuration as typed after `--with`. */
  readonly changes?: string;
  /** Where the data are now, if they were moved. */
  readonly data?: string;
  /** Whether the run may be taken from a process of which cannot be told whether it is over. Default: false. */
  readonly takesOver?: boolean;
  readonly terminal: Terminal;
}

/**
 * @throws E_RUN_NOT_FOUND, E_RUN_CONFIG, E_RESUME_FORMAT, E_RESUME_DATA if the data are not those that the run began with, E_CHECKPOINT if
 * checkpoints are there and none is whole, and what a run throws
 */
export async function resumeRun(path: string, options: ResumeOptions): Promise<void> {
  const startedAt = monotonicSeconds();
  const { terminal } = options;
  const folder = RunFolder.open(path);
  loadRunConfig(folder);
  if (folder.has(SUMMARY_FILE) && options.changes === undefined) {
    terminal.line(`run ${folder.path} is finished: nothing is left to do`);
    terminal.result(folder.readJson(SUMMARY_FILE));
    return;
  }
  await assertWasmDevice({ threads: options.threads });
  const lock = RunLock.acquire(folder, { takesOver: options.takesOver === true });
  let session: RunSession;
  try {
    session = await openSession(folder, lock, startedAt, options);
  } catch (error) {
    lock.release();
    throw error;
  }
  await executeRun(session);
}

async function openSession(
  folder: RunFolder,
  lock: RunLock,
  startedAt: number,
  { threads, changes: asked, data: moved, terminal }: ResumeOptions,
): Promise<RunSession> {
  const saved = loadRunConfig(folder);
  const store = new CheckpointStore(folder, saved.checkpoints.kept, saved.identity);
  const found = await store.newest((state) => expectedValues(saved, state));
  for (const { name, reason } of found?.passedOver ?? []) {
    terminal.line(`checkpoint ${name} cannot be used and is set aside as ${name}.bad: ${reason}`);
  }
  const state = found?.checkpoint.state ?? null;
  const { config, changes } = asked === undefined ? { config: saved, changes: [] } : changeConfig(saved, asked, state);
  if (config.version !== packageVersion()) {
    terminal.line(
      `the run was begun by ista-nas ${config.version}, this is ${packageVersion()}: the last digits may differ`,
    );
  }
  const data = await openDataOfRun(folder, config, moved, terminal);
  const genotype = genotypeOf(folder, config, found);
  const checkpoints = store.names().length;
  await checkRoom({ config, genotype, threads, path: folder.path, checkpoints, terminal });
  if (asked !== undefined) {
    assertRunConfig(config);
    folder.remove(SUMMARY_FILE);
    folder.writeJson(CONFIG_FILE, config);
  }
  terminal.line(
    found === null
      ? `run folder ${folder.path}: no checkpoint yet, it starts from the beginning`
      : `run folder ${folder.path}: goes on from checkpoint ${found.name}`,
  );
  return new RunSession({ folder, config, data, threads, terminal, startedAt, found, changes, lock });
}

/** What is trained, where no search comes before it any more. */
function genotypeOf(folder: RunFolder, { command }: RunConfig, found: FoundCheckpoint | null): Genotype | null {
  const state = found?.checkpoint.state;
  if (state?.phase === "retrain") return parseGenotype(state.genotype);
  return command === "train" ? parseGenotype(folder.readText("genotype.json")) : null;
}
