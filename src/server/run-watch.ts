/**
 * @file Looks at the runs for all streams together: from when the first one joins until the last one leaves. The table is looked through once a
 * second, the runs that a stream follows five times; what is sent to many is made once.
 */
import { IstaNasError } from "../error.ts";
import type { LiveEvent, RunLine, StudyLine } from "./api.ts";
import type { RunRegistry } from "./run-registry.ts";

const LOOK_INTERVAL = 200;
/** Looks from one at the table to the next. */
const TABLE_LOOKS = 5;
/** More streams than that are sent away. */
const MOST_STREAMS = 64;

/** What a run wrote after a position; without data: nothing. */
export interface WatchedUpdate {
  readonly position: string;
  readonly event: "update" | "rewind";
  readonly data: string;
}

export class RunWatch {
  readonly #registry: RunRegistry;
  #streams = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looks = 0;
  #lines: unknown = null;
  #table = "";
  #studyLines: unknown = null;
  #studies = "";
  #waiting: (() => void)[] = [];
  readonly #versions = new Map<string, string | null>();
  readonly #updates = new Map<string, WatchedUpdate | null>();

  constructor(registry: RunRegistry) {
    this.#registry = registry;
  }

  /** Takes part from now on until `leave`; false if there are too many already. */
  join(): boolean {
    if (this.#streams === MOST_STREAMS) return false;
    if (this.#streams++ === 0) {
      this.#looks = 0;
      this.#look();
    }
    return true;
  }

  leave(): void {
    if (--this.#streams > 0) return;
    clearTimeout(this.#timer);
    this.#forget();
    this.#wake();
  }

  /** All runs as JSON, as of the last look; the same text until something changes. */
  get table(): string {
    return this.#table;
  }

  /** All studies, likewise. */
  get studies(): string {
    return this.#studies;
  }

  /** Comes with the next look. */
  nextLook(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** What changes with the series of a run, as of the last look; null for one that is not there. */
  versionOf(id: string): string | null {
    const known = this.#versions.get(id);
    if (known !== undefined) return known;
    const version = this.#registry.versionOf(id);
    if (version !== null) this.#versions.set(id, version);
    return version;
  }

  /** What was written after `position`, a part of it if it is much; null for nothing, and for a run that is gone. */
  updateOf(id: string, position: string): WatchedUpdate | null {
    const key = `${position} ${id}`;
    const known = this.#updates.get(key);
    if (known !== undefined) return known;
    const followed = this.#registry.feed(id)?.since(position);
    const update =
      followed === undefined || followed.position === position
        ? null
        : ({
            position: followed.position,
            event: followed.update === null ? "rewind" : "update",
            data: JSON.stringify({ id, ...followed.update } satisfies LiveEvent),
          } as const);
    // Of what streams far behind ask for, only the newest is kept.
    if (this.#updates.size >= MOST_STREAMS) this.#updates.clear();
    this.#updates.set(key, update);
    return update;
  }

  #look(): void {
    this.#forget();
    if (this.#looks++ % TABLE_LOOKS === 0) this.#readTable();
    this.#timer = setTimeout(() => this.#look(), LOOK_INTERVAL);
    this.#wake();
  }

  #readTable(): void {
    const { runs, studies } = this.#all();
    if (runs !== this.#lines) this.#table = JSON.stringify(runs);
    this.#lines = runs;
    if (studies !== this.#studyLines) this.#studies = JSON.stringify(studies);
    this.#studyLines = studies;
  }

  /** None while the folder of the runs is not there. */
  #all(): { readonly runs: readonly RunLine[]; readonly studies: readonly StudyLine[] } {
    try {
      return { runs: this.#registry.lines(), studies: this.#registry.studies() };
    } catch (error) {
      if (error instanceof IstaNasError) return { runs: [], studies: [] };
      throw error;
    }
  }

  #forget(): void {
    this.#versions.clear();
    this.#updates.clear();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
