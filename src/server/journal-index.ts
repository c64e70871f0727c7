/**
 * @file Where each selection lies in a journal, so that any one can be read alone. The journal is scanned once and then only where it grew; lines
 * of epochs are passed over unread, as `results.csv` tells of them.
 */
import { readSync } from "node:fs";
import { EPOCH_EVENTS, type JournalEntry, parseJournalLine, SELECTION_EVENTS } from "../store/index.ts";
import { LINE_END, LINE_HEAD_BYTES, openIfThere, readLines } from "./line-reader.ts";
import { spread } from "./spread.ts";

/** Small enough for memory that is used again: fresh memory takes longer than reading. */
const CHUNK_BYTES = 1 << 16;
/** Of the events that are neither epochs nor selections as many are kept: first ones and newest ones. */
const MILESTONES = 1000;
/** Bytes of a milestone's line that is kept as it is; of a longer one only its kind and time are. */
const LONGEST_MILESTONE = 1 << 16;
/** Bytes of all selections that are handed over at once. */
const SELECTIONS_BYTES = 1 << 25;

/** How a journal's lines begin: `{"time":"2026-01-01T00:00:00.000Z","kind":"selection","epoch":3,` */
const HEAD = /^\{"time":"[^"]*","kind":"([^"]+)"(?:,"epoch":(\d+)(?=[,}]))?/;

/** Kinds of events whose lines are not looked into. */
const PASSED_OVER: readonly string[] = [...EPOCH_EVENTS, ...SELECTION_EVENTS];

interface Place {
  readonly epoch: number;
  readonly offset: number;
  readonly length: number;
}

export class JournalIndex {
  readonly #path: string;
  #places: Place[] = [];
  #milestones: JournalEntry[] = [];
  #position = 0;
  #eventCount = 0;
  #strayLines = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Byte after the last line that is known. */
  get position(): number {
    return this.#position;
  }

  get eventCount(): number {
    return this.#eventCount;
  }

  /** Lines that are no events, as far as was seen: what is only passed over is not looked at. */
  get strayLines(): number {
    return this.#strayLines;
  }

  get milestones(): readonly JournalEntry[] {
    return this.#milestones;
  }

  /** Epochs of all selections, in the order of the journal. */
  get epochs(): readonly number[] {
    return this.#places.map(({ epoch }) => epoch);
  }

  /** Takes in some of what was written since; begins again if the journal was cut. Returns whether there is more. */
  advance(): boolean {
    const lines = readLines(this.#path, this.#position, CHUNK_BYTES);
    if (lines === null) {
      this.#forget();
      return true;
    }
    this.#scan(lines.bytes);
    if (lines.hasPassedOver) this.#strayLines++;
    this.#position = lines.next;
    return lines.hasMore;
  }

  /** At most `limit` selections, evenly spread. */
  selections(limit: number): readonly JournalEntry[] {
    const longest = this.#places.reduce((most, { length }) => Math.max(most, length), 1);
    const most = Math.min(limit, Math.max(2, Math.floor(SELECTIONS_BYTES / longest)));
    return this.#read(spread(this.#places.length, most).map((index) => this.#places[index]!));
  }

  /** The selection after `epoch`, null if there is none. */
  selection(epoch: number): JournalEntry | null {
    const place = this.#places.findLast((candidate) => candidate.epoch === epoch);
    return place === undefined ? null : (this.#read([place])[0] ?? null);
  }

  #forget(): void {
    this.#places = [];
    this.#milestones = [];
    this.#position = 0;
    this.#eventCount = 0;
    this.#strayLines = 0;
  }

  #scan(bytes: Buffer): void {
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(LINE_END, start);
      this.#take(bytes.subarray(start, end), this.#position + start);
      start = end + 1;
    }
  }

  #take(line: Buffer, offset: number): void {
    const head = HEAD.exec(line.toString("latin1", 0, LINE_HEAD_BYTES));
    const isPassedOver = head !== null && PASSED_OVER.includes(head[1]!);
    const entry = isPassedOver ? null : parseJournalLine(line.toString());
    const kind = isPassedOver ? head[1]! : entry?.kind;
    if (kind === undefined) {
      this.#strayLines++;
      return;
    }
    this.#eventCount++;
    if (SELECTION_EVENTS.includes(kind)) {
      const epoch = Number(head?.[2] ?? (entry ?? parseJournalLine(line.toString()))?.["epoch"]);
      if (Number.isSafeInteger(epoch)) this.#places.push({ epoch, offset, length: line.length });
      else this.#strayLines++;
    } else if (entry !== null && !EPOCH_EVENTS.includes(kind)) {
      this.#keep(line.length > LONGEST_MILESTONE ? { time: entry.time, kind, bytes: line.length } : entry);
    }
  }

  #keep(milestone: JournalEntry): void {
    this.#milestones.push(milestone);
    if (this.#milestones.length > MILESTONES) this.#milestones.splice(MILESTONES / 2, 1);
  }

  /** A line that is no event any more is handed over as one without content: its reader says what it lacks. */
  #read(places: readonly Place[]): readonly JournalEntry[] {
    const file = places.length === 0 ? null : openIfThere(this.#path);
    if (file === null) return [];
    try {
      return places.map(({ epoch, offset, length }) => {
        const buffer = Buffer.alloc(length);
        readSync(file.descriptor, buffer, 0, length, offset);
        const kind = SELECTION_EVENTS[0]!;
        return parseJournalLine(buffer.toString("utf8")) ?? { time: "", kind, epoch };
      });
    } finally {
      file.close();
    }
  }
}
