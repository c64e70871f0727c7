/** @file The journal of a run: one JSON object a line, only ever appended to. A torn last line is dropped when it is read. */
import { appendFileSync, readFileSync } from "node:fs";

/** What happened, when. Everything but `time` is the same in every run of the same seed and plan. */
export interface JournalEntry {
  /** ISO 8601. */
  readonly time: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

export class Journal {
  readonly #path: string;
  readonly #clock: () => Date;

  constructor(path: string, clock: () => Date) {
    this.#path = path;
    this.#clock = clock;
  }

  append(event: { readonly kind: string }): void {
    appendFileSync(this.#path, `${JSON.stringify({ time: this.#clock().toISOString(), ...event })}\n`);
  }
}

/** All whole lines of a journal. */
export function readJournal(path: string): readonly JournalEntry[] {
  const lines = readFileSync(path, "utf8").split("\n");
  lines.pop();
  return lines.map((line) => JSON.parse(line) as JournalEntry);
}
