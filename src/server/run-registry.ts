/**
 * @file The runs of one folder by id. An id is looked up among the names that the folder holds and never becomes part of a path by itself.
 */
import { resolve } from "node:path";
import { IstaNasError } from "../error.ts";
import {
  CONFIG_FILE,
  FAILURE_FILE,
  findRunFolders,
  JOURNAL_FILE,
  lastChangedFirst,
  loadRunConfig,
  parseResults,
  RESULTS_FILE,
  RunFolder,
  RunLock,
  readRunOverview,
  readSessions,
  SUMMARY_FILE,
  TEST_PREDICTIONS_FILE,
} from "../run/index.ts";
import type { RunDetail, RunFileLine, RunLine } from "./api.ts";
import { latestRecoveries } from "./latest-recoveries.ts";
import { RunFeed } from "./run-feed.ts";
import { spread } from "./spread.ts";

/** What can be fetched of a run, in the order of the page. */
export const RUN_FILES: readonly string[] = [
  "model.onnx",
  "weights.safetensors",
  "labels.txt",
  "genotype.json",
  "cells.svg",
  RESULTS_FILE,
  CONFIG_FILE,
  SUMMARY_FILE,
  JOURNAL_FILE,
  "README.md",
];

const SPARKLINE_POINTS = 40;
/** Bytes: 100,000 epochs have 12 MB. */
const LARGEST_TABLE = 2 ** 24;
/** Runs whose series stay in memory; the one that was asked for longest ago goes first. */
const FEEDS = 6;
/** Files that a line of the table depends on. */
const WATCHED = [CONFIG_FILE, JOURNAL_FILE, RESULTS_FILE, SUMMARY_FILE, FAILURE_FILE];

interface CachedLine {
  readonly signature: string;
  readonly line: RunLine;
}

export class RunRegistry {
  readonly #path: string;
  #folders: ReadonlyMap<string, RunFolder> = new Map();
  readonly #lines = new Map<string, CachedLine>();
  readonly #feeds = new Map<string, RunFeed>();

  /** `path`: a folder of run folders, or one run. Throws `E_RUNS_NOT_FOUND` if there is no such folder. */
  constructor(path: string) {
    this.#path = resolve(path);
    // The first look at many runs takes longest: not while a page waits for it.
    this.lines();
  }

  /** All runs, the last one changed first. */
  lines(): readonly RunLine[] {
    this.#scan();
    return [...this.#folders].map(([id, folder]) => this.#lineOf(id, folder)).sort(lastChangedFirst);
  }

  /** The folder of a run, null if there is none of that id. */
  folder(id: string): RunFolder | null {
    const known = this.#folders.get(id);
    if (known !== undefined && RunFolder.isRun(known.path)) return known;
    this.#scan();
    return this.#folders.get(id) ?? null;
  }

  line(id: string): RunLine | null {
    const folder = this.folder(id);
    return folder === null ? null : this.#lineOf(id, folder);
  }

  feed(id: string): RunFeed | null {
    const folder = this.folder(id);
    if (folder === null) return null;
    const feed = this.#feeds.get(id) ?? new RunFeed(folder);
    this.#feeds.delete(id);
    this.#feeds.set(id, feed);
    for (const oldest of this.#feeds.keys()) if (this.#feeds.size > FEEDS) this.#feeds.delete(oldest);
    return feed;
  }

  detail(id: string): RunDetail | null {
    const folder = this.folder(id);
    if (folder === null) return null;
    return {
      line: this.#lineOf(id, folder),
      config: configOf(folder),
      sessions: readSessions(folder),
      summary: readObject(folder, SUMMARY_FILE),
      data: readObject(folder, "data.json"),
      files: filesOf(folder),
      hasTestPredictions: folder.has(TEST_PREDICTIONS_FILE),
      latestRecoveries: latestRecoveries(folder.pathOf(JOURNAL_FILE), 2),
    };
  }

  #lineOf(id: string, folder: RunFolder): RunLine {
    const signature = WATCHED.map((file) => `${folder.changedAt(file)}/${folder.sizeOf(file)}`).join();
    const cached = this.#lines.get(id);
    if (cached?.signature === signature && !hasChangedHands(cached.line, folder)) return cached.line;
    const { path: _, ...overview } = readRunOverview(folder);
    const line: RunLine = { ...overview, id, sparkline: sparklineOf(folder) };
    this.#lines.set(id, { signature, line });
    return line;
  }

  #scan(): void {
    const path = this.#path;
    const folders = RunFolder.isRun(path) ? [RunFolder.open(path)] : findRunFolders(path).folders;
    this.#folders = new Map(folders.map((folder) => [folder.name, folder]));
    for (const id of this.#lines.keys()) if (!this.#folders.has(id)) this.#lines.delete(id);
  }
}

/** Whether a process began or ended its work on a run, for which no watched file need change. */
function hasChangedHands({ condition }: RunLine, folder: RunFolder): boolean {
  return condition !== "finished" && RunLock.isHeld(folder) !== (condition === "running");
}

/** None where there is no table, or one that cannot be read: the page says so where its rows are asked for. */
function sparklineOf(folder: RunFolder): readonly number[] {
  const accuracies = parseResults(tableOf(folder)).flatMap(({ accuracy }) => accuracy ?? []);
  return spread(accuracies.length, SPARKLINE_POINTS).map((index) => Math.round(1e4 * accuracies[index]!) / 1e4);
}

function tableOf(folder: RunFolder): string {
  if (!folder.has(RESULTS_FILE)) return "";
  try {
    return folder.read(RESULTS_FILE, LARGEST_TABLE).toString("utf8");
  } catch (error) {
    if (error instanceof IstaNasError) return "";
    throw error;
  }
}

function configOf(folder: RunFolder): RunDetail["config"] {
  try {
    return loadRunConfig(folder);
  } catch (error) {
    if (error instanceof IstaNasError) return null;
    throw error;
  }
}

/** Null for a file that is not there or holds something else: it is shown and nothing depends on it. */
function readObject(folder: RunFolder, file: string): Readonly<Record<string, unknown>> | null {
  if (!folder.has(file)) return null;
  try {
    const value = folder.readJson(file);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}

function filesOf(folder: RunFolder): readonly RunFileLine[] {
  return RUN_FILES.flatMap((name) => (folder.hasFile(name) ? [{ name, bytes: folder.sizeOf(name) }] : []));
}
