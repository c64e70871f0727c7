/** @file A baseline of a verdict as a run of its own within that of the search: the same data, seed, size and augmentation. */
import { join } from "node:path";
import {
  type PlannedBaseline,
  type RunConfig,
  RunFolder,
  RunLock,
  SUMMARY_FILE,
  VERDICT_FOLDER,
} from "../../store/index.ts";
import { packageVersion } from "../../version.ts";
import { checkNewRun } from "../check-capacity.ts";
import { monotonicSeconds } from "../clock.ts";
import { executeRun } from "../execute-run.ts";
import { openSession } from "../open-session.ts";
import type { RunHost } from "../run-host.ts";
import type { RunSession } from "../run-session.ts";
import { startRun } from "../start-run.ts";
import type { JudgedRun } from "./judged-run.ts";

/** What a listener is told of a baseline's run: how far it is. */
const SHOWN: readonly string[] = ["phase", "retrain-step", "retrain-epoch"];

/** The folder of a baseline's run, which may not be there yet. */
export function folderOfBaseline({ folder }: JudgedRun, { name }: PlannedBaseline): string {
  return folder.pathOf(join(VERDICT_FOLDER, name));
}

export function isTrained(run: JudgedRun, baseline: PlannedBaseline): boolean {
  const path = folderOfBaseline(run, baseline);
  return RunFolder.isRun(path) && RunFolder.open(path).has(SUMMARY_FILE);
}

/** Trains it to its end, from where an earlier process left it. Throws what a run throws. */
export async function trainBaseline(run: JudgedRun, baseline: PlannedBaseline): Promise<void> {
  const host: RunHost = {
    ...run.host,
    onEvent: (event) => {
      if (SHOWN.includes(event.kind)) run.host.onEvent(event);
    },
  };
  const isBegun = RunFolder.isRun(folderOfBaseline(run, baseline));
  await executeRun(await (isBegun ? goOn(run, baseline, host) : begin(run, baseline, host)));
}

async function begin(run: JudgedRun, baseline: PlannedBaseline, host: RunHost): Promise<RunSession> {
  const { config, parts, folder } = run;
  const startedAt = monotonicSeconds();
  const data = await run.openData();
  // What a process that was killed right here left.
  folder.removeFolder(join(VERDICT_FOLDER, baseline.name));
  // How long it trains is decided here, and by no budget.
  const { searchBudget: _searchBudget, computeBudget: _computeBudget, decisions: _decisions, ...kept } = config;
  const planned: RunConfig = {
    ...kept,
    ...{ version: packageVersion(), command: "train", architectureName: baseline.name },
    ...{ strategy: null, timeBudget: null, training: { ...config.training, epochs: baseline.epochs } },
  };
  const options = { out: folderOfBaseline(run, baseline) };
  const { module, options: spaceOptions } = config.space;
  const space = { part: parts.spaceKind, options: spaceOptions, ...(module === undefined ? {} : { module }) };
  const trained = { ...parts, strategy: null };
  const architecture = parts.space.parse(baseline.architecture);
  await checkNewRun({ options, host, space }, planned, trained, architecture);
  return startRun({ options, data, host, startedAt }, planned, trained, architecture);
}

async function goOn(run: JudgedRun, baseline: PlannedBaseline, host: RunHost): Promise<RunSession> {
  const folder = RunFolder.open(folderOfBaseline(run, baseline));
  const startedAt = monotonicSeconds();
  const data = await run.openData();
  const { module } = run.config.space;
  const names = module === undefined ? {} : { space: module.path };
  const lock = RunLock.acquire(folder);
  try {
    return await openSession({ folder, lock, startedAt, names, asked: undefined, data, host });
  } catch (error) {
    lock.release();
    throw error;
  }
}
