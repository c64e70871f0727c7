/** @file The journal of a run: one JSON object a line, only ever appended to. A torn last line is dropped when it is read. */
import { readSync } from "node:fs";
import { IstaNasError } from "../error.ts";
import { parseJson, RegularFile, UnreadableFile } from "../files/index.ts";
import type { RunFolder } from "./run-folder.ts";

/** The journal's name in a run folder. */
export const JOURNAL_FILE = "events.jsonl";

/** Kinds of events that end an epoch. */
export const EPOCH_EVENTS: readonly string[] = ["search-epoch", "retrain-epoch"];
/** Kinds of events that tell what is kept; the last two are those of earlier versions. */
export const SELECTION_EVENTS: readonly string[] = ["selection", "recovery", "one-stage-recovery"];

const LONGEST_EXCERPT = 60;
/** Bytes of a journal that is read as a whole: many times that of a search of 1000 epochs, which has 30 MB. */
const LARGEST_JOURNAL = 256 * 2 ** 20;
/** Of a journal that is read as a whole: an epoch writes two. */
const MOST_EVENTS = 1_000_000;
const LINE_END = 10;

/** What happened, when. Everything but `time` is the same in every run of the same seed and plan. */
export interface JournalEntry {
  /** ISO 8601. */
  readonly time: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

export class Journal {
  readonly #folder: RunFolder;
  readonly #clock: () => Date;

  /** Goes on with the journal of `folder`, if it has one. */
  constructor(folder: RunFolder, clock: () => Date) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Returns what was written. */
  append<Event extends { readonly kind: string }>(event: Event): JournalEntry {
    const entry = { time: this.#clock().toISOString(), ...event };
    this.#folder.append(JOURNAL_FILE, `${JSON.stringify(entry)}\n`);
    return entry;
  }
}

/**
 * All whole lines of a journal; a last line without its end was torn and is dropped.
 * @throws E_JOURNAL with the first line that is no event, or why the file cannot be read
 */
export function readJournal(path: string): readonly JournalEntry[] {
  const lines = reading(path, textOf).split("\n");
  lines.pop();
  return lines.map((line, index) => parsed(line, path, `line ${index + 1}`));
}

/**
 * The last event of one of some kinds that lies whole within the last `bytes` of a journal, null if none does. Only lines after it are read. Throws
 * as `readJournal` does.
 */
export function findLastEvent(path: string, kinds: readonly string[], bytes: number): JournalEntry | null {
  const { text, isWhole } = reading(path, (file) => readEnd(file, bytes));
  const lines = text.split("\n").slice(isWhole ? 0 : 1, -1);
  for (const line of lines.toReversed()) {
    const entry = parsed(line, path, "a line near the end");
    if (kinds.includes(entry.kind)) return entry;
  }
  return null;
}

function textOf(file: RegularFile): string {
  const bytes = file.read(LARGEST_JOURNAL);
  let events = 0;
  for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, end + 1)) events++;
  if (events > MOST_EVENTS) {
    throw new UnreadableFile(`is too large: got ${events} lines, expected at most ${MOST_EVENTS}`);
  }
  return bytes.toString("utf8");
}

function readEnd(
  { descriptor, size }: RegularFile,
  bytes: number,
): { readonly text: string; readonly isWhole: boolean } {
  const buffer = Buffer.alloc(Math.min(size, bytes));
  const read = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
  return { text: buffer.toString("utf8", 0, read), isWhole: size <= bytes };
}

function reading<T>(path: string, work: (file: RegularFile) => T): T {
  let file: RegularFile | null = null;
  try {
    file = RegularFile.open(path, "refused");
    return work(file);
  } catch (cause) {
    const reason = cause instanceof UnreadableFile ? cause.message : `cannot be read: ${(cause as Error).message}`;
    throw new IstaNasError(`journal ${path} ${reason}, expected a file of events`, {
      code: "E_JOURNAL",
      hint: "a journal lies in its run folder itself: put the file there",
      cause,
    });
  } finally {
    file?.close();
  }
}

function parsed(line: string, path: string, where: string): JournalEntry {
  const entry = parseJournalLine(line);
  if (entry !== null) return entry;
  throw new IstaNasError(`journal ${path}: ${where} got ${excerpt(line)}, expected a JSON object with time and kind`, {
    code: "E_JOURNAL",
    hint: "the file was changed or the disk damaged it: bring it back, or remove that line",
  });
}

/** The event of one line without its end; null if it is none. */
export function parseJournalLine(line: string): JournalEntry | null {
  try {
    const entry = parseJson(line);
    const { time, kind } = entry as Record<string, unknown>;
    return typeof time === "string" && typeof kind === "string" ? (entry as JournalEntry) : null;
  } catch {
    return null;
  }
}

function excerpt(line: string): string {
  return JSON.stringify(line.length > LONGEST_EXCERPT ? `${line.slice(0, LONGEST_EXCERPT)}...` : line);
}
