/**
 * @file How much of the space a search has seen: which genotypes it computed with, how often supports switched, and how many training steps
 * each candidate received. It watches, and changes nothing.
 */
import { type SearchSpace, spaceSize } from "../space/index.ts";

/** What a run has explored so far. */
export interface Exploration {
  /** Genotypes that were in use at some time, each counted once. */
  readonly distinctGenotypes: number;
  /** Their share of all genotypes of the space. */
  readonly share: number;
  /** For each group how often its support changed. */
  readonly switches: readonly number[];
  /** For each group, for each of its candidates, weight steps in which it was active. */
  readonly steps: readonly (readonly number[])[];
  /** Candidates that were never active, of all groups. */
  readonly neverActive: number;
  readonly candidates: number;
}

export class ExplorationLedger {
  readonly #size: number;
  readonly #genotypes = new Set<string>();
  readonly #switches: number[];
  readonly #steps: readonly number[][];
  #last: readonly string[] | null = null;

  constructor(space: SearchSpace) {
    this.#size = Number(spaceSize(space));
    this.#switches = space.groups.map(() => 0);
    this.#steps = space.groups.map(({ candidates }) => candidates.map(() => 0));
  }

  /** The supports that are in use from now on. */
  use(supports: readonly (readonly number[])[]): void {
    const keys = supports.map((support) => support.join());
    this.#genotypes.add(keys.join("/"));
    for (const [group, key] of keys.entries()) {
      if (this.#last !== null && this.#last[group] !== key) this.#switches[group]!++;
    }
    this.#last = keys;
  }

  /** Weight steps that were taken with these supports. */
  train(supports: readonly (readonly number[])[], steps: number): void {
    for (const [group, support] of supports.entries()) {
      for (const candidate of support) this.#steps[group]![candidate]! += steps;
    }
  }

  get exploration(): Exploration {
    const all = this.#steps.flat();
    return {
      distinctGenotypes: this.#genotypes.size,
      share: this.#genotypes.size / this.#size,
      switches: [...this.#switches],
      steps: this.#steps.map((counts) => [...counts]),
      neverActive: all.filter((count) => count === 0).length,
      candidates: all.length,
    };
  }
}
