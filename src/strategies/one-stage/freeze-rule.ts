/**
 * @file When a choice group of a one-stage search stands still for good: when its code has moved by no more than epsilon for some epochs
 * in a row (the termination condition of Algorithm 2), or when its support has not changed for as long.
 */

export interface FreezeOptions {
  /** What is watched. Default `distance`, as published. */
  readonly rule: "distance" | "support";
  /** Largest ||z_new - z_last||_2 of a code that stands still; for `distance` alone. Default 1e-3. */
  readonly epsilon: number;
  /** Epochs in a row. Default 1. */
  readonly patience: number;
}

/** Counts quiet epochs of each group. */
export class FreezeRule {
  readonly #options: FreezeOptions;
  readonly #quiet: number[];

  /** `quiet`: for each group the epochs in a row that it has stood still for. */
  constructor(quiet: readonly number[], options: FreezeOptions) {
    this.#options = options;
    this.#quiet = [...quiet];
  }

  get quiet(): readonly number[] {
    return [...this.#quiet];
  }

  /** Takes note of a recovery that is in use; true once the group is to be frozen. */
  hasConverged(group: number, recovery: { readonly distance: number; readonly supportChanged: boolean }): boolean {
    const { rule, epsilon, patience } = this.#options;
    const isQuiet = rule === "support" ? !recovery.supportChanged : recovery.distance <= epsilon;
    this.#quiet[group] = isQuiet ? this.#quiet[group]! + 1 : 0;
    return this.#quiet[group]! >= patience;
  }
}
