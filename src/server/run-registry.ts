/** @file The runs and studies of one folder by id. */
import { resolve } from "node:path";
import { IstaNasError } from "../error.ts";
import {
  ARCHITECTURE_FILE,
  CONFIG_FILE,
  DRAWING_FILE,
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
import type { RunDetail, RunFileLine, RunLine, StudyDetail, StudyLine } from "./api.ts";
import { latestSelections } from "./latest-selections.ts";
import { RunFeed } from "./run-feed.ts";
import { readRunArchitecture, readRunSpace } from "./run-parts.ts";
import { runSignature, stamp } from "./run-signature.ts";
import { type FoundFolders, type FoundRun, findFolders, findRun } from "./served-folder.ts";
import { StudyReader } from "./study-reader.ts";

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
interface CachedLine {
  readonly signature: string;
  readonly line: RunLine;
  readonly accuracies: AccuracyTrace;
}

export class RunRegistry {
  readonly #path: string;
  #found: FoundFolders = { runs: new Map(), studies: new Map() };
  #all: readonly RunLine[] = [];
  readonly #lines = new Map<string, CachedLine>();
  readonly #feeds = new Map<string, RunFeed>();
  readonly #readers = new Map<string, StudyReader>();
  #studies: readonly StudyLine[] = [];

  /** `path`: a folder of run folders and studies, or one of either. Throws `E_RUNS_NOT_FOUND` if there is no such folder. */
  constructor(path: string) {
    this.#path = resolve(path);
    // The first look at many runs takes longest: not while a page waits for it.
    this.lines();
    this.studies();
  }

  /** All runs, those of studies too, the last one changed first; the same list as before if nothing changed. Only runs that did are read. */
  lines(): readonly RunLine[] {
    this.#scan();
    const lines = [...this.#found.runs].map(([id, run]) => this.#lineOf(id, run));
    const old = new Set(this.#all);
    if (lines.length !== old.size || lines.some((line) => !old.has(line))) this.#all = lines.sort(lastChangedFirst);
    return this.#all;
  }

  /** All studies that there were when `lines` looked last, by name; the same list as before if nothing changed. */
  studies(): readonly StudyLine[] {
    const lines = [...this.#found.studies.keys()].sort().map((id) => this.#readers.get(id)!.read().line);
    const isSame = lines.length === this.#studies.length && lines.every((line, index) => line === this.#studies[index]);
    if (!isSame) this.#studies = lines;
    return this.#studies;
  }

  /** A study as it is now; null if there is none of that id. */
  study(id: string): StudyDetail | null {
    this.#scan();
    return this.#readers.get(id)?.read() ?? null;
  }

  /** The folder of a run, null if there is none of that id. */
  folder(id: string): RunFolder | null {
    return this.#run(id)?.folder ?? null;
  }

  /** What changes with the series of a run; null for one that was not there when the runs were last looked at. */
  versionOf(id: string): string | null {
    const folder = this.#found.runs.get(id)?.folder;
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
    const run = this.#run(id);
    if (run === null) return null;
    const { folder } = run;
    const config = configOf(folder);
    const summary = readObject(folder, SUMMARY_FILE);
    const space = readRunSpace(folder, config);
    const architecture = readRunArchitecture(folder, config, summary);
    return {
      line: this.#lineOf(id, run),
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

  #run(id: string): FoundRun | null {
    const known = this.#found.runs.get(id);
    return known !== undefined && RunFolder.isRun(known.folder.path) ? known : findRun(this.#path, id);
  }

  #lineOf(id: string, { folder, study }: FoundRun): RunLine {
    const signature = runSignature(folder.path);
    const cached = this.#lines.get(id);
    if (cached?.signature === signature && !hasEnded(cached.line, folder)) return cached.line;
    const { path: _, ...overview } = readRunOverview(folder);
    const accuracies = cached?.accuracies ?? new AccuracyTrace(folder.pathOf(RESULTS_FILE));
    const hasMore = accuracies.advance();
    const line: RunLine = { ...overview, id, study, sparkline: accuracies.points(SPARKLINE_POINTS) };
    this.#lines.set(id, { signature: hasMore ? "" : signature, line, accuracies });
    return line;
  }

  #scan(): void {
    const { runs, studies } = findFolders(this.#path);
    this.#found = { runs, studies };
    for (const id of this.#lines.keys()) if (!runs.has(id)) this.#lines.delete(id);
    for (const id of this.#readers.keys()) if (!studies.has(id)) this.#readers.delete(id);
    for (const [id, found] of studies) if (!this.#readers.has(id)) this.#readers.set(id, new StudyReader(id, found));
  }
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
