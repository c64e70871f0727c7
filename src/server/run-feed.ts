/** @file The series of one run: what there is, and what is written from a position on. */

import type { JournalEntry } from "../store/index.ts";
import {
  JOURNAL_FILE,
  parseJournalLine,
  parseResults,
  RESULTS_FILE,
  type ResultsRow,
  type RunFolder,
} from "../store/index.ts";
import type { RunHistory, RunUpdate } from "./api.ts";
import { JournalIndex } from "./journal-index.ts";
import { type ReadLines, readLines } from "./line-reader.ts";
import { spread } from "./spread.ts";

/** Points of a curve, and selections, that a history has at most. */
const ROW_LIMIT = 2000;
const SELECTION_LIMIT = 300;
const UPDATE_BYTES = 1 << 20;
const ROWS_BYTES = 1 << 16;
/** How long reading a long journal keeps others waiting. */
const WORK_MILLISECONDS = 10;

/** An update, and where the next one goes on from; null as update: the files were cut, and the history has to be read again. */
export interface FollowedUpdate {
  readonly update: RunUpdate | null;
  readonly position: string;
}

export class RunFeed {
  readonly #folder: RunFolder;
  readonly #journal: JournalIndex;
  #rows: ResultsRow[] = [];
  #rowsPosition = 0;
  #strayRows = 0;

  constructor(folder: RunFolder) {
    this.#folder = folder;
    this.#journal = new JournalIndex(folder.pathOf(JOURNAL_FILE));
  }

  /** Reads what was written since the last look, and lets others work after every `milliseconds`. */
  async catchUp(milliseconds: number = WORK_MILLISECONDS): Promise<void> {
    for (let hasMore = true; hasMore; ) {
      const until = performance.now() + milliseconds;
      do hasMore = this.#advance();
      while (hasMore && performance.now() < until);
      if (hasMore) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  history(limits: { readonly rows?: number; readonly selections?: number } = {}): RunHistory {
    this.#refresh();
    const journal = this.#journal;
    return {
      position: `${journal.position}-${this.#rowsPosition}`,
      rows: spread(this.#rows.length, limits.rows ?? ROW_LIMIT).map((index) => this.#rows[index]!),
      rowCount: this.#rows.length,
      selections: journal.selections(limits.selections ?? SELECTION_LIMIT),
      selectionEpochs: journal.epochs,
      milestones: journal.milestones,
      eventCount: journal.eventCount,
      strayLines: journal.strayLines,
      strayRows: this.#strayRows,
    };
  }

  /** The selection after `epoch`, null if there is none. */
  selection(epoch: number): JournalEntry | null {
    this.#refresh();
    return this.#journal.selection(epoch);
  }

  /** What was written since `position`, a part of it if it is much. */
  since(position: string): FollowedUpdate {
    const [journalOffset, rowsOffset] = parsePosition(position);
    const journal = readLines(this.#folder.pathOf(JOURNAL_FILE), journalOffset, UPDATE_BYTES);
    const rows = readLines(this.#folder.pathOf(RESULTS_FILE), rowsOffset, UPDATE_BYTES);
    if (journal === null || rows === null) return { update: null, position: "0-0" };
    const lines = journal.bytes.toString().split("\n").slice(0, -1);
    const entries = lines.flatMap((line) => parseJournalLine(line) ?? []);
    const strayLines = lines.length - entries.length + Number(journal.hasPassedOver);
    return {
      update: { entries, ...tableOf(rows), strayLines },
      position: `${journal.next}-${rows.next}`,
    };
  }

  #refresh(): void {
    while (this.#advance());
  }

  /** A step of reading journal and table. Returns whether there is more. */
  #advance(): boolean {
    const hasMoreEvents = this.#journal.advance();
    const lines = readLines(this.#folder.pathOf(RESULTS_FILE), this.#rowsPosition, ROWS_BYTES);
    if (lines === null) {
      this.#rows = [];
      this.#strayRows = 0;
      this.#rowsPosition = 0;
      return true;
    }
    const { rows, strayRows } = tableOf(lines);
    for (const row of rows) this.#rows.push(row);
    this.#strayRows += strayRows;
    this.#rowsPosition = lines.next;
    return hasMoreEvents || lines.hasMore;
  }
}

/** Rows whose epoch is a number of one, and how many lines beside the header are none. */
function tableOf({ bytes, hasPassedOver }: ReadLines): Pick<RunUpdate, "rows" | "strayRows"> {
  const text = bytes.toString();
  const rows = parseResults(text).filter(({ epoch }) => Number.isSafeInteger(epoch) && epoch >= 0);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("phase,"));
  return { rows, strayRows: lines.length - rows.length + Number(hasPassedOver) };
}

/** Bytes in journal and table; anything that is no position means the beginning. */
function parsePosition(position: string): readonly [number, number] {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(position);
  return match === null ? [0, 0] : [Number(match[1]), Number(match[2])];
}
