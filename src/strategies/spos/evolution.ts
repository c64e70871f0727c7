/**
 * @file Evolution over architectures (Guo et al. 2020, "Single path one-shot neural architecture search with uniform sampling", section 3.4 and
 * algorithm 1): of each generation half are crossovers of the best ones, half mutations of them.
 */
import { randomSupports, type Supports } from "../../choice/index.ts";
import type { RandomStream } from "../../random/index.ts";
import {
  byScore,
  type Contest,
  drawWithinLimits,
  type Entry,
  isLimited,
  isWithin,
  type SearchContext,
  type SizeLimits,
  sizeOf,
} from "../../search/index.ts";

export interface EvolutionOptions {
  /** Architectures of a generation. */
  readonly population: number;
  readonly limits: SizeLimits;
}

/** Shares of the generation, as published: 10 of 50 are parents, 25 crossovers. */
const [PARENTS, CROSSOVERS] = [0.2, 0.5];
/** Probability that a group is drawn anew. */
const MUTATION = 0.1;
/** Generations that a ranking has at least: a short one has smaller ones. */
const FEWEST_GENERATIONS = 4;
const SMALLEST = 4;
/** Tries for each new architecture. */
const MOST_TRIES = 20;

export class Evolution implements Contest {
  readonly #context: Pick<SearchContext, "space" | "streams">;
  readonly #options: EvolutionOptions;
  readonly #count: number;
  readonly #size: number;
  readonly #entries: Entry[];
  /** Of the generation in progress, those that are ranked too. */
  #generation: readonly Supports[] = [];

  /** `count`: architectures in all, of which `entries` are ranked. */
  constructor(
    context: Pick<SearchContext, "space" | "streams">,
    options: EvolutionOptions,
    count: number,
    entries: readonly Entry[],
  ) {
    this.#context = context;
    this.#options = options;
    this.#count = count;
    this.#size = Math.min(options.population, Math.max(SMALLEST, Math.floor(count / FEWEST_GENERATIONS)));
    this.#entries = [];
    this.#breed();
    // A generation depends on what was ranked before it alone.
    for (const { score } of entries) this.take(score);
  }

  get next(): Supports | null {
    const { length } = this.#entries;
    return length < this.#count ? (this.#generation[length % this.#size] ?? null) : null;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  take(score: number | null): void {
    this.#entries.push({ supports: this.next!, score });
    if (this.#entries.length % this.#size === 0) this.#breed();
  }

  #breed(): void {
    const number = this.#entries.length / this.#size;
    const stream = this.#context.streams.stream(`spos/generation/${number}`);
    const parents = byScore(this.#entries).slice(0, Math.max(2, Math.round(PARENTS * this.#size)));
    const known = new Set(this.#entries.map(({ supports }) => keyOf(supports)));
    const children: Supports[] = [];
    const crossovers = number === 0 ? 0 : Math.round(CROSSOVERS * this.#size);
    const add = (count: number, make: () => Supports) => {
      const end = Math.min(this.#size, children.length + count);
      for (let tries = 0; children.length < end && tries < MOST_TRIES * count; tries++) {
        const child = make();
        if (known.has(keyOf(child)) || !this.#isAllowed(child)) continue;
        known.add(keyOf(child));
        children.push(child);
      }
    };
    const parent = () => parents[stream.integer(parents.length)]!.supports;
    if (number > 0) {
      add(crossovers, () => crossover(parent(), parent(), stream));
      add(this.#size - crossovers, () => this.#mutation(parent(), stream));
    }
    add(this.#size, () => this.#draw(stream));
    this.#generation = children;
  }

  #mutation(supports: Supports, stream: RandomStream): Supports {
    const drawn = randomSupports(this.#context.space.groups, stream);
    return supports.map((support, group) => (stream.uniform() < MUTATION ? drawn[group]! : support));
  }

  #draw(stream: RandomStream): Supports {
    const { space } = this.#context;
    const network = (supports: Supports) => space.network(supports);
    return drawWithinLimits({ groups: space.groups, network, limits: this.#options.limits, stream });
  }

  #isAllowed(supports: Supports): boolean {
    const { limits } = this.#options;
    return !isLimited(limits) || isWithin(sizeOf(this.#context.space.network(supports), limits), limits);
  }
}

function crossover(a: Supports, b: Supports, stream: RandomStream): Supports {
  return a.map((support, group) => (stream.uniform() < 0.5 ? support : b[group]!));
}

function keyOf(supports: Supports): string {
  return supports.join("/");
}
