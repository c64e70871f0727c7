/** @file Goes on with a run from its newest whole checkpoint, or from its beginning if it has none yet. */
import { assertWasmDevice } from "../device/index.ts";
import { LOG_FLAGS, type LogGiven } from "../loggers/index.ts";
import { type FlagTable, textFlag } from "../options/index.ts";
import { hasOpenVerdict, loadRunConfig, RunFolder, RunLock, SUMMARY_FILE } from "../store/index.ts";
import { readArchitecture } from "./architecture-source.ts";
import { monotonicSeconds } from "./clock.ts";
import type { ConfigChangesGiven } from "./config-changes.ts";
import { executeRun } from "./execute-run.ts";
import { GO_ON_FLAGS, type GoOnGiven } from "./go-on-flags.ts";
import { assertNotStopped } from "./interruption.ts";
import { finishLogs } from "./log-run.ts";
import { openSession } from "./open-session.ts";
import { assertRunArithmetic } from "./run-arithmetic.ts";
import { completeHost, note, type RunHost, type RunHostGiven, type RunSummary } from "./run-host.ts";
import { RUN_FLAGS } from "./run-options.ts";
import type { PartNames } from "./run-parts.ts";
import type { RunSession } from "./run-session.ts";
import { takeGiven } from "./take-given.ts";
import { withVerdict } from "./verdict/pass-verdict.ts";
import { verdict } from "./verdict/verdict-of-run.ts";

/** What the command line takes as flags. */
export interface ResumeGiven extends GoOnGiven, Pick<LogGiven, "mlflowUri"> {
  /** Changes of the configuration, `NAME=VALUE` by commas, in the words of flags. */
  readonly with?: string;
}

export const RESUME_FLAGS: FlagTable<ResumeGiven> = {
  with: textFlag(
    "CHANGES",
    "settings to change from here on, such as retrain-epochs=100,time=2h; the run folder keeps a record",
  ),
  ...GO_ON_FLAGS,
  mlflowUri: LOG_FLAGS.mlflowUri,
};

export interface ResumeSpec extends Omit<ResumeGiven, "with">, PartNames {
  /** A run folder. */
  readonly run: string;
  /** Settings to change from here on: values by the names of options, `{ retrainEpochs: 100 }`, or text as the flag takes it. */
  readonly with?: ConfigChangesGiven;
}

/**
 * Goes on with a run to what it would have come to without the stop, the verdict on it included. Of one that is finished the summary is read, unless something is to change.
 * @throws E_USAGE_OPTION, E_FLAG_VALUE, E_RUN_NOT_FOUND, E_RUN_CONFIG, E_RUN_ARITHMETIC, E_RUN_MODULE, E_RUN_LOCKED, E_USAGE_CHANGE, E_RESUME_FORMAT, E_RESUME_DATA if
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
    const { with: _, ...parts } = spec;
    if (hasOpenVerdict(folder)) return verdict(parts, given);
    await finishLogs(folder, host, spec.mlflowUri);
    note(host, `run ${folder.path} is finished: nothing is left to do`);
    return readSummary(folder, spec);
  }
  const session = await reopenRun(spec, host, startedAt);
  return withVerdict(session, await executeRun(session));
}

/** A session of an unfinished run, at its newest whole checkpoint or at its beginning. Throws as `resume` does until the run goes on. */
export async function reopenRun(
  spec: ResumeSpec,
  host: RunHost,
  startedAt: number = monotonicSeconds(),
): Promise<RunSession> {
  const folder = RunFolder.open(spec.run);
  assertNotStopped(host);
  const config = loadRunConfig(folder);
  assertRunArithmetic(folder, config);
  await assertWasmDevice({ threads: host.threads, arithmetic: config.arithmetic });
  const lock = RunLock.acquire(folder, { takesOver: spec.takeOver === true });
  const { with: asked, data } = spec;
  try {
    return await openSession({ folder, lock, startedAt, names: spec, asked, data, host, mlflowUri: spec.mlflowUri });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Summaries of earlier versions do not say the architecture, which has a file of its own. */
async function readSummary(folder: RunFolder, { space: named }: PartNames): Promise<RunSummary> {
  const summary = folder.readJson(SUMMARY_FILE) as RunSummary;
  if (Object.hasOwn(summary, "architecture")) return summary;
  const { architecture, space } = await readArchitecture(folder.path, named === undefined ? {} : { space: named });
  return { ...summary, architecture: space.formatText(architecture) };
}
