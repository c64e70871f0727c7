/** @file What can be said of a run from outside: whether it is finished, at work, stopped or failed, and how far it came. */
import { z } from "zod";
import { IstaNasError } from "../error.ts";
import { CONFIG_FILE } from "./config-file.ts";
import { findRunFolders } from "./find-run-folders.ts";
import { EPOCH_EVENTS, findLastEvent, JOURNAL_FILE } from "./journal.ts";
import { loadRunConfig } from "./load-run-config.ts";
import type { RunFolder } from "./run-folder.ts";
import { RunLock } from "./run-lock.ts";

/** A run that has it is finished. */
export const SUMMARY_FILE = "summary.json";
/** Why a run ended before it was finished: `{ code, message, time }`. */
export const FAILURE_FILE = "failure.json";

export type RunCondition = "running" | "finished" | "interrupted" | "failed" | "unreadable";

export interface RunOverview {
  readonly name: string;
  readonly path: string;
  readonly condition: RunCondition;
  /** Why it failed or cannot be read. */
  readonly reason: string | null;
  /** `two-stage`, `one-stage`, or what was trained; null where it cannot be read. */
  readonly strategy: string | null;
  readonly data: string | null;
  readonly seed: number | null;
  /** How far it came, such as `search 2/4`; null before the first epoch. */
  readonly progress: string | null;
  /** On the test split, 0..1; null until it is finished. */
  readonly accuracy: number | null;
  readonly parameters: number | null;
  /** Multiply-accumulates for one image. */
  readonly macs: number | null;
  /** That all its sessions took. */
  readonly seconds: number | null;
  /** When it last wrote to its journal, or else was made; milliseconds since 1970. */
  readonly changedAt: number;
}

const figure = z.number().nullable().default(null);
const summarySchema = z.object({ testAccuracy: z.number(), parameters: z.number(), macs: figure, seconds: figure });
const failureSchema = z.object({ code: z.string(), message: z.string() });
/** The end of a journal that is looked at for how far a run came: many times the longest event. */
const TAIL_BYTES = 1 << 18;

export interface RunList {
  /** The last one changed first. */
  readonly runs: readonly RunOverview[];
  /** How many folders beside them are no runs; hidden ones, such as the cache of images, are not counted. */
  readonly otherFolders: number;
}

/** All runs in a folder. Throws `E_RUNS_NOT_FOUND` if there is no such folder. */
export function listRuns(path: string): RunList {
  const { folders, otherFolders } = findRunFolders(path);
  return { runs: folders.map(readRunOverview).sort(lastChangedFirst), otherFolders };
}

/** An order of runs: the last one changed first, by name where they changed at once. */
export function lastChangedFirst(a: RunOverviewKey, b: RunOverviewKey): number {
  return b.changedAt - a.changedAt || (a.name < b.name ? -1 : 1);
}

type RunOverviewKey = Pick<RunOverview, "name" | "changedAt">;

/** What can be said of one run; of one that cannot be read, why. */
export function readRunOverview(folder: RunFolder): RunOverview {
  const { name, path } = folder;
  const changedAt = Math.max(folder.changedAt(CONFIG_FILE), folder.changedAt(JOURNAL_FILE));
  const nothing = { strategy: null, data: null, seed: null, progress: null };
  const noFigures = { accuracy: null, parameters: null, macs: null, seconds: null };
  try {
    const config = loadRunConfig(folder);
    const summary = readOptional(folder, SUMMARY_FILE, summarySchema);
    const failure = readOptional(folder, FAILURE_FILE, failureSchema);
    const condition = conditionOf(folder, summary !== null, failure !== null);
    return {
      ...{ name, path, changedAt, condition },
      reason: condition === "failed" ? `${failure!.code}: ${failure!.message}` : null,
      strategy: config.strategy?.kind ?? config.architectureName ?? "training",
      data: config.data.name,
      seed: config.seed,
      progress: folder.has(JOURNAL_FILE) ? progressOf(folder) : null,
      accuracy: summary?.testAccuracy ?? null,
      parameters: summary?.parameters ?? null,
      macs: summary?.macs ?? null,
      seconds: summary?.seconds ?? null,
    };
  } catch (error) {
    return {
      ...nothing,
      ...noFigures,
      name,
      path,
      changedAt,
      condition: "unreadable",
      reason: (error as Error).message,
    };
  }
}

function conditionOf(folder: RunFolder, isFinished: boolean, hasFailed: boolean): RunCondition {
  if (isFinished) return "finished";
  if (RunLock.isHeld(folder)) return "running";
  return hasFailed ? "failed" : "interrupted";
}

function progressOf(folder: RunFolder): string | null {
  const last = findLastEvent(folder.pathOf(JOURNAL_FILE), EPOCH_EVENTS, TAIL_BYTES);
  return last === null ? null : `${last.kind.replace("-epoch", "")} ${String(last["epoch"])}/${String(last["epochs"])}`;
}

/** Null if there is no such file. */
function readOptional<T>(folder: RunFolder, file: string, schema: z.ZodType<T>): T | null {
  if (!folder.has(file)) return null;
  const value = folder.readJson(file);
  try {
    return schema.parse(value);
  } catch (cause) {
    throw new IstaNasError(`${file}: got something else than what a run writes there`, { code: "E_RUN_FILE", cause });
  }
}
