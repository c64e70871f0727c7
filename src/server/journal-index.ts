/**
 * @file Where each recovery lies in a journal, so that any one can be read alone. The journal is scanned once and then only where it grew; lines
 * of epochs are passed over unread, as `results.csv` tells of them.
 */
import { readSync } from "node:fs";
import { RegularFile } from "../files/index.ts";
import { EPOCH_EVENTS, type JournalEntry, parseJournalLine, RECOVERY_EVENTS } from "../run/index.ts";
import { LINE_END, LINE_HEAD_BYTES, readLines } from "./line-reader.ts";
import { spread } from "./spread.ts";

/** Small enough for memory that is used again: fresh memory takes longer than reading. */
const CHUNK_BYTES = 1 << 16;
/** Of the events that are neither epochs nor recoveries as many are kept: first ones and newest ones. */
const MILESTONES = 1000;

/** How a journal's lines begin: `{"time":"2026-01-01T00:00:00.000Z","kind":"recovery","epoch":3,` */
const HEAD = /^\{"time":"[^"]*","kind":"([^"]+)"(?:,"epoch":(\d+))?/;

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

  get milestones(): readonly JournalEntry[] {
    return this.#milestones;
  }

  /** Epochs of all recoveries, in the order of the journal. */
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
    this.#position = lines.next;
    return lines.hasMore;
  }

  /** At most `limit` recoveries, evenly spread. */
  recoveries(limit: number): readonly JournalEntry[] {
    return this.#read(spread(this.#places.length, limit).map((index) => this.#places[index]!));
  }

  /** The recovery after `epoch`, null if there is none. */
  recovery(epoch: number): JournalEntry | null {
    const place = this.#places.findLast((candidate) => candidate.epoch === epoch);
    return place === undefined ? null : (this.#read([place])[0] ?? null);
  }

  #forget(): void {
    this.#places = [];
    this.#milestones = [];
    this.#position = 0;
    this.#eventCount = 0;
  }

  #scan(bytes: Buffer): void {
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(LINE_END, start);
      this.#take(bytes.subarray(start, end), this.#position + start);
      start = end + 1;
    }
  }

  #take(line: Buffer, offset: number): void {
    this.#eventCount++;
    const head = HEAD.exec(line.toString("latin1", 0, LINE_HEAD_BYTES));
    const kind = head?.[1] ?? parseJournalLine(line.toString())?.kind;
    if (kind === undefined || EPOCH_EVENTS.includes(kind)) return;
    if (RECOVERY_EVENTS.includes(kind)) {
      this.#places.push({ epoch: Number(head?.[2] ?? 0), offset, length: line.length });
      return;
    }
    const entry = parseJournalLine(line.toString());
    if (entry === null) return;
    this.#milestones.push(entry);
    if (this.#milestones.length > MILESTONES) this.#milestones.splice(MILESTONES / 2, 1);
  }

  #read(places: readonly Place[]): readonly JournalEntry[] {
    if (places.length === 0) return [];
    const file = RegularFile.open(this.#path, "refused");
    try {
      return places.flatMap(({ offset, length }) => {
        const buffer = Buffer.alloc(length);
        readSync(file.descriptor, buffer, 0, length, offset);
        return parseJournalLine(buffer.toString("utf8")) ?? [];
      });
    } finally {
      file.close();
    }
  }
}
