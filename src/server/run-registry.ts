/**
 * @file The runs of one folder by id. An id is looked up among the names that the folder holds and never becomes part of a path by itself.
 */
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { IstaNasError } from "../error.ts";
import {
  ARCHITECTURE_FILE,
  CONFIG_FILE,
  DRAWING_FILE,
  FAILURE_FILE,
  findRunFolders,
  JOURNAL_FILE,
  lastChangedFirst,
  loadRunConfig,
  RESULTS_FILE,
  RunFolder,
  RunLock,
  readRunOverview,
  readSessions,
  SPACE_FILE,
  SUMMARY_FILE,
  TEST_PREDICTIONS_FILE,
} from "../store/index.ts";
import { AccuracyTrace } from "./accuracy-trace.ts";
import type { RunDetail, RunFileLine, RunLine } from "./api.ts";
import { latestSelections } from "./latest-selections.ts";
import { RunFeed } from "./run-feed.ts";
import { readRunArchitecture, readRunSpace } from "./run-parts.ts";

/** What can be fetched of a run, in the order of the page. */
export const RUN_FILES: readonly string[] = [
  "model.onnx",
  "weights.safetensors",
  "labels.txt",
  ARCHITECTURE_FILE,
  "cells.svg",
  SPACE_FILE,
  DRAWING_FILE,
  RESULTS_FILE,
  CONFIG_FILE,
  SUMMARY_FILE,
  JOURNAL_FILE,
  "README.md",
];

const SPARKLINE_POINTS = 40;
/** Runs whose series stay in memory; the one that was asked for longest ago goes first. */
const FEEDS = 6;
/** Files that a line of the table depends on. */
const WATCHED = [CONFIG_FILE, JOURNAL_FILE, RESULTS_FILE, SUMMARY_FILE, FAILURE_FILE];

interface CachedLine {
  /** Changes with every file that the line depends on, and with whatever is made in the folder, as locks are. */
  readonly signature: string;
  readonly line: RunLine;
  readonly accuracies: AccuracyTrace;
}

export class RunRegistry {
  readonly #path: string;
  #folders: ReadonlyMap<string, RunFolder> = new Map();
  #all: readonly RunLine[] = [];
  readonly #lines = new Map<string, CachedLine>();
  readonly #feeds = new Map<string, RunFeed>();

  /** `path`: a folder of run folders, or one run. Throws `E_RUNS_NOT_FOUND` if there is no such folder. */
  constructor(path: string) {
    this.#path = resolve(path);
    // The first look at many runs takes longest: not while a page waits for it.
    this.lines();
  }

  /** All runs, the last one changed first; the same list as before if nothing changed. Only runs that did are read. */
  lines(): readonly RunLine[] {
    this.#scan();
    const lines = [...this.#folders].map(([id, folder]) => this.#lineOf(id, folder));
    const old = new Set(this.#all);
    if (lines.length !== old.size || lines.some((line) => !old.has(line))) this.#all = lines.sort(lastChangedFirst);
    return this.#all;
  }

  /** The folder of a run, null if there is none of that id. */
  folder(id: string): RunFolder | null {
    const known = this.#folders.get(id);
    if (known !== undefined && RunFolder.isRun(known.path)) return known;
    return this.#isNew(id) ? RunFolder.open(join(this.#path, id)) : null;
  }

  /** What changes with the series of a run; null for one that was not there when the runs were last looked at. */
  versionOf(id: string): string | null {
    const folder = this.#folders.get(id);
    return folder === undefined ? null : [JOURNAL_FILE, RESULTS_FILE].map((file) => stamp(folder.pathOf(file))).join();
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
    const config = configOf(folder);
    const summary = readObject(folder, SUMMARY_FILE);
    const space = readRunSpace(folder, config);
    const architecture = readRunArchitecture(folder, config, summary);
    return {
      line: this.#lineOf(id, folder),
      ...{ config, summary },
      sessions: readSessions(folder),
      data: readObject(folder, "data.json"),
      files: filesOf(folder),
      hasTestPredictions: folder.has(TEST_PREDICTIONS_FILE),
      space: space.value,
      diagram: architecture.value?.diagram ?? null,
      supports: architecture.value?.supports ?? null,
      problems: [space.problem, architecture.problem].filter((problem) => problem !== null),
      latestSelections: latestSelections(folder.pathOf(JOURNAL_FILE), 2),
    };
  }

  #lineOf(id: string, folder: RunFolder): RunLine {
    const signature = [folder.path, ...WATCHED.map((file) => folder.pathOf(file))].map(stamp).join();
    const cached = this.#lines.get(id);
    if (cached?.signature === signature && !hasEnded(cached.line, folder)) return cached.line;
    const { path: _, ...overview } = readRunOverview(folder);
    const accuracies = cached?.accuracies ?? new AccuracyTrace(folder.pathOf(RESULTS_FILE));
    const hasMore = accuracies.advance();
    const line: RunLine = { ...overview, id, sparkline: accuracies.points(SPARKLINE_POINTS) };
    this.#lines.set(id, { signature: hasMore ? "" : signature, line, accuracies });
    return line;
  }

  #scan(): void {
    const path = this.#path;
    const folders = RunFolder.isRun(path) ? [RunFolder.open(path)] : findRunFolders(path).folders;
    this.#folders = new Map(folders.map((folder) => [folder.name, folder]));
    for (const id of this.#lines.keys()) if (!this.#folders.has(id)) this.#lines.delete(id);
  }

  /** Whether a run of that name came after the last look, without looking at all the others. */
  #isNew(id: string): boolean {
    try {
      return readdirSync(this.#path).includes(id) && RunFolder.isRun(join(this.#path, id));
    } catch {
      return false;
    }
  }
}

/** Time and size of a file or folder, in one look; empty where there is none. */
function stamp(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? "" : `${status.mtimeMs}/${status.size}`;
}

/** Whether the process at work on a run is gone: nothing in the folder changes by that. */
function hasEnded({ condition }: RunLine, folder: RunFolder): boolean {
  return condition === "running" && !RunLock.isHeld(folder);
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
  if (!folder.hasFile(file)) return null;
  try {
    const value = folder.readJson(file);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}

/** Those that can be fetched: a link or a pipe of the name of one cannot. */
function filesOf(folder: RunFolder): readonly RunFileLine[] {
  return RUN_FILES.flatMap((name) => (folder.hasFile(name) ? [{ name, bytes: folder.sizeOf(name) }] : []));
}
