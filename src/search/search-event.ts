/** @file What a search tells as it goes, whatever its strategy: a line of the journal each but for steps. */
import type { StepEvent } from "../train/index.ts";
import type { Exploration } from "./exploration-ledger.ts";

/** What a choice group keeps, and what its strategy has to say of it. */
export interface SelectedGroup {
  /** Name of the choice group, such as `normal/node0`. */
  readonly group: string;
  /** Kept candidates by index, ascending. */
  readonly support: readonly number[];
  /** A number for each candidate, of which the strategy decides by: of sparse coding the code before it was cut. Null if there is none. */
  readonly values: readonly number[] | null;
  /** What multiplies the kept candidates in the next epoch; null for plain sums. */
  readonly weights: readonly number[] | null;
  /** Whether the support differs from the one before. */
  readonly changed: boolean;
  /** Whether it stands still for good. */
  readonly isFrozen: boolean;
  /** Further numbers by name, such as `relativeResidual`. */
  readonly figures: Readonly<Record<string, number>>;
  /**
   * Further vectors by name, such as the `measurement` that a code was recovered from. `active` has an entry a candidate: 1 where it may still be
   * kept, 0 where it was given up.
   */
  readonly vectors: Readonly<Record<string, readonly number[]>>;
}

/** Some of what was measured beside what the recovered values make of it, at equal indices; both without a unit, larger for better. */
export interface RecoveryFit {
  readonly recovered: readonly number[];
  readonly measured: readonly number[];
}

/** What is kept from here on. The first one tells what a search begins with. */
export interface SelectionEvent {
  readonly kind: "selection";
  /** Epochs finished. */
  readonly epoch: number;
  readonly groups: readonly SelectedGroup[];
  /** Whether what the strategy asked for is in use; if not, it would have gone beyond a limit, and `groups` are as they were. */
  readonly isAccepted: boolean;
  /** Numbers of the whole by name, such as `parameters` and `macs` of the network that was asked for. */
  readonly figures: Readonly<Record<string, number>>;
  /** After a round of measurements, where a strategy recovers its values from more of them than there are values. */
  readonly fit?: RecoveryFit;
  readonly exploration: Exploration;
}

/** An epoch of steps that is over. */
export interface SearchEpochEvent {
  readonly kind: "search-epoch";
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** Means over the epoch on the images that train the weights. */
  readonly weightLoss: number;
  readonly weightAccuracy: number;
  /** The same of the other tasks of the network. Missing where there is one task. */
  readonly otherAccuracies?: readonly number[];
  readonly gradientNorm: number;
  /**
   * Means over the epoch on the images that steer the architecture: a training signal, not a validation result. Null where the same
   * images do both.
   */
  readonly architectureLoss: number | null;
  readonly architectureAccuracy: number | null;
  /** Seconds in which a step could have run, but its batch was not ready. */
  readonly stallSeconds: number;
}

/** All that a search may tell. */
export type SearchEvent = SelectionEvent | StepEvent<"search-step"> | SearchEpochEvent;
