/** @file Random architectures, one after the other. */
import type { Supports } from "../../choice/index.ts";
import { type Contest, drawWithinLimits, type Entry, type SearchContext, type SizeLimits } from "../../search/index.ts";

/** Draws until there is another one than before; a small space may not have as many. */
const MOST_DRAWS = 100;

export class RandomContest implements Contest {
  readonly #context: Pick<SearchContext, "space" | "streams">;
  readonly #limits: SizeLimits;
  readonly #count: number;
  readonly #entries: Entry[];
  #next: Supports | null;

  /** `count`: at most so many, of which `entries` are over. */
  constructor(
    context: Pick<SearchContext, "space" | "streams">,
    limits: SizeLimits,
    count: number,
    entries: readonly Entry[],
  ) {
    this.#context = context;
    this.#limits = limits;
    this.#count = count;
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
    const number = this.#entries.length;
    if (number >= this.#count) return null;
    const { space, streams } = this.#context;
    const stream = streams.stream(`random-ws/ranked/${number}`);
    const known = new Set(this.#entries.map(({ supports }) => supports.join("/")));
    for (let draw = 0; draw < MOST_DRAWS; draw++) {
      const network = (supports: Supports) => space.network(supports);
      const supports = drawWithinLimits({ groups: space.groups, network, limits: this.#limits, stream });
      if (!known.has(supports.join("/"))) return supports;
    }
    return null;
  }
}
