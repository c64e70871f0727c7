/** @file Tells other programs of a run that is not at work: everything that its journal says, and that they do not know. */
import { IstaNasError } from "../error.ts";
import {
  addToLogSettings,
  LOG_FLAGS,
  type LogGiven,
  type LoggerKind,
  logRequest,
  RunLoggers,
  readLogSettings,
} from "../loggers/index.ts";
import { loadRunConfig, RunFolder, RunLock, SUMMARY_FILE } from "../store/index.ts";
import { completeHost, note, type RunHost, type RunHostGiven } from "./run-host.ts";
import { takeGiven } from "./take-given.ts";

export interface LogSpec extends LogGiven {
  /** A run folder. */
  readonly run: string;
}

/**
 * Tells those that `log` names, else those that the run was begun with; returns their names. A later session of the run goes on with them.
 * @throws E_USAGE_OPTION, E_FLAG_VALUE, E_RUN_NOT_FOUND, E_RUN_CONFIG, E_RUN_LOCKED for a run that is at work, E_RUN_FILE, E_JOURNAL, and E_LOG if one of
 * them could not be told everything
 */
export async function logRun(spec: LogSpec, given: RunHostGiven = {}): Promise<readonly LoggerKind[]> {
  takeGiven(spec, { where: "log", needed: ["run"], flags: LOG_FLAGS });
  const host = completeHost(given);
  const folder = RunFolder.open(spec.run);
  const config = loadRunConfig(folder);
  const saved = readLogSettings(folder);
  const asked = spec.log === undefined && saved !== null ? null : logRequest(spec);
  const only = asked?.to ?? saved?.to ?? [];
  if (only.length === 0) {
    throw new IstaNasError(`log: ${folder.path}: got a run that was begun without logs, expected to be told which`, {
      code: "E_USAGE_OPTION",
      kind: "usage",
      hint: "add --to tensorboard or --to mlflow",
    });
  }
  const lock = RunLock.acquire(folder);
  try {
    if (asked !== null) addToLogSettings(folder, asked.to, asked.mlflow);
    const tell = (text: string) => note(host, text);
    const failed = await RunLoggers.open({ folder, config, tell, only, mlflowUri: spec.mlflowUri })!.finish();
    if (failed.length === 0) return only;
    throw new IstaNasError(`log: ${folder.path}: could not tell ${failed.join(" and ")} everything`, {
      code: "E_LOG",
      hint: "the reason stands above; what was said already is not said again",
    });
  } finally {
    lock.release();
  }
}

/** What a finished run could not say when it ended. */
export async function finishLogs(folder: RunFolder, host: RunHost, mlflowUri: string | undefined): Promise<void> {
  const saved = readLogSettings(folder);
  const only = saved?.to.filter((kind) => !saved.complete.includes(kind)) ?? [];
  if (only.length === 0 || !folder.has(SUMMARY_FILE)) return;
  const lock = RunLock.acquire(folder);
  try {
    const tell = (text: string) => note(host, text);
    await RunLoggers.open({ folder, config: loadRunConfig(folder), tell, only, mlflowUri })!.finish();
  } finally {
    lock.release();
  }
}
