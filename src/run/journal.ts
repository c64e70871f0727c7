/** @file The journal of a run: one JSON object a line, only ever appended to. A torn last line is dropped when it is read. */
import { readFileSync } from "node:fs";
import type { RunFolder } from "./run-folder.ts";

/** The journal's name in a run folder. */
export const JOURNAL_FILE = "events.jsonl";

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

  append(event: { readonly kind: string }): void {
    this.#folder.append(JOURNAL_FILE, `${JSON.stringify({ time: this.#clock().toISOString(), ...event })}\n`);
  }
}

/** All whole lines of a journal. */
export function readJournal(path: string): readonly JournalEntry[] {
  const lines = readFileSync(path, "utf8").split("\n");
  lines.pop();
  return lines.map((line) => JSON.parse(line) as JournalEntry);
}
