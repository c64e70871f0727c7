/** @file Makes the folder of a new run, with everything that a later session needs to begin it again. */
import { addToLogSettings } from "../loggers/index.ts";
import { SPACES } from "../spaces/index.ts";
import {
  ARCHITECTURE_FILE,
  assertRunConfig,
  CONFIG_FILE,
  NEW_VERDICT,
  type RunConfig,
  RunFolder,
  RunLock,
  runIdentity,
  SPACE_FILE,
  saveDataFiles,
  saveVerdictPlan,
} from "../store/index.ts";
import { assertNotStopped } from "./interruption.ts";
import { runDataName } from "./open-data.ts";
import { note } from "./run-host.ts";
import type { RunInputs } from "./run-inputs.ts";
import type { RunParts } from "./run-parts.ts";
import { RunSession } from "./run-session.ts";

/** `architecture`: what a training was given, else null. Whatever fails here or in the host, the folder is not left locked. */
export function startRun(
  inputs: Omit<RunInputs, "space" | "given">,
  planned: RunConfig,
  parts: RunParts,
  architecture: unknown,
): RunSession {
  const { options, data, host, startedAt, logs = null } = inputs;
  const { space, spaceKind } = parts;
  assertNotStopped(host);
  const given = architecture === null ? null : space.formatJson(architecture);
  const config: RunConfig = { ...planned, identity: runIdentity(planned, given) };
  assertRunConfig(config);
  const folder = RunFolder.create(options.out ?? `runs/${defaultName(config, runDataName(data))}`);
  const lock = RunLock.acquire(folder);
  try {
    if (given !== null) folder.write(ARCHITECTURE_FILE, given);
    folder.writeJson("data.json", data.report);
    saveDataFiles(folder, data.source);
    folder.writeJson(SPACE_FILE, { kind: spaceKind.kind, groups: space.groups, layout: space.layout });
    if (options.verdict === true) saveVerdictPlan(folder, NEW_VERDICT);
    if (logs !== null) addToLogSettings(folder, logs.to, logs.mlflow);
    folder.writeJson(CONFIG_FILE, config);
    note(host, `run folder ${folder.path}`);
    return new RunSession({
      ...{ folder, config, parts, data, host, startedAt, found: null, changes: [], lock },
      mlflowUri: logs?.mlflow?.uri,
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** What was found or given, on what, in which space if it is not the usual one. */
function defaultName({ space, strategy, architectureName, seed }: RunConfig, data: string): string {
  const place = space.kind === SPACES[0]!.kind ? "" : `-${space.kind}`;
  return `${data}${place}-${architectureName ?? strategy!.kind}-seed${seed}`;
}
