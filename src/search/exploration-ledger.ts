/**
 * @file How much of the space a search has seen: which genotypes it computed with, how often supports switched, and how many training steps
 * each candidate received. It watches, and changes nothing.
 */
import { type ChoiceGroup, type Supports, spaceSize } from "../choice/index.ts";

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

/** Everything that a later entry depends on, as plain data. */
export interface LedgerState {
  /** Supports of all genotypes that were in use, in the order of their first use. */
  readonly genotypes: readonly string[];
  readonly switches: readonly number[];
  readonly steps: readonly (readonly number[])[];
  /** Supports in use, null before the first. */
  readonly last: readonly string[] | null;
}

export class ExplorationLedger {
  readonly #size: number;
  readonly #genotypes: Set<string>;
  readonly #switches: number[];
  readonly #steps: readonly number[][];
  #last: readonly string[] | null;

  /** Empty, or as it was at a state of the same space. */
  constructor(groups: readonly ChoiceGroup[], from: LedgerState | null = null) {
    this.#size = Number(spaceSize(groups));
    this.#genotypes = new Set(from?.genotypes);
    this.#switches = from === null ? groups.map(() => 0) : [...from.switches];
    this.#steps =
      from === null ? groups.map(({ candidates }) => candidates.map(() => 0)) : from.steps.map((counts) => [...counts]);
    this.#last = from?.last ?? null;
  }

  /** The supports that are in use from now on. */
  select(supports: Supports): void {
    const keys = supports.map((support) => support.join());
    this.#genotypes.add(keys.join("/"));
    for (const [group, key] of keys.entries()) {
      if (this.#last !== null && this.#last[group] !== key) this.#switches[group]!++;
    }
    this.#last = keys;
  }

  /** Weight steps that were taken with these supports. */
  countSteps(supports: Supports, steps: number): void {
    for (const [group, support] of supports.entries()) {
      for (const candidate of support) this.#steps[group]![candidate]! += steps;
    }
  }

  state(): LedgerState {
    const steps = this.#steps.map((counts) => [...counts]);
    return { genotypes: [...this.#genotypes], switches: [...this.#switches], steps, last: this.#last };
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
