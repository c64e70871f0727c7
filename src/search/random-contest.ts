/** @file Random architectures to be ranked, one after the other. */
import type { Supports } from "../choice/index.ts";
import type { Contest, Entry } from "./contest.ts";
import { drawAnother } from "./draw-another.ts";
import type { SearchContext } from "./search.ts";
import type { SizeLimits } from "./size-limit.ts";

export interface RandomContestInputs {
  readonly context: Pick<SearchContext, "space" | "streams">;
  /** In front of the numbers of its streams. */
  readonly name: string;
  readonly limits: SizeLimits;
  /** At most so many in all. */
  readonly count: number;
}

export class RandomContest implements Contest {
  readonly #inputs: RandomContestInputs;
  readonly #entries: Entry[];
  #next: Supports | null;

  /** `entries`: those that are over. */
  constructor(inputs: RandomContestInputs, entries: readonly Entry[]) {
    this.#inputs = inputs;
    this.#entries = [...entries];
    this.#next = this.#draw();
  }

  get next(): Supports | null {
    return this.#next;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  take(score: number | null): void {
    this.#entries.push({ supports: this.#next!, score });
    this.#next = this.#draw();
  }

  /** Depends on what was drawn before alone, so that it goes on from any place. */
  #draw(): Supports | null {
    const { context, name, limits, count } = this.#inputs;
    const number = this.#entries.length;
    if (number >= count) return null;
    const known = this.#entries.map(({ supports }) => supports);
    return drawAnother({ context, limits, stream: context.streams.stream(`${name}/${number}`), known });
  }
}
