/**
 * @file The contract of a search strategy: an async generator of typed events that ends in supports. A strategy knows
 * choice groups, networks and batches; it knows neither files nor terminals.
 */

import type { Supports } from "../choice/index.ts";
import type { Device } from "../device/index.ts";
import type { SearchedSpace } from "../network/index.ts";
import type { RandomStreams } from "../random/index.ts";
import type { BatchSource, StepEvent } from "../train/index.ts";
import type { Exploration } from "./exploration-ledger.ts";

/** What every strategy is given. */
export interface SearchContext {
  readonly device: Device;
  readonly space: SearchedSpace;
  /** Batches that train the weights. */
  readonly weightBatches: BatchSource;
  /** Batches that train the architecture, disjoint from those. */
  readonly architectureBatches: BatchSource;
  readonly streams: RandomStreams;
  /** Seconds, never going back: it measures, and decides nothing. */
  readonly clock: () => number;
}

/** One node's recovery. */
export interface RecoveredGroup {
  /** Name of the choice group, such as `normal/node0`. */
  readonly group: string;
  /** Kept candidates by index, ascending. */
  readonly support: readonly number[];
  /** The sparse code on the support. */
  readonly code: readonly number[];
  /** The code before it was truncated, an entry for each candidate. */
  readonly fullCode: readonly number[];
  /** The compressed variable b that it was recovered from, as it is now. */
  readonly measurement: readonly number[];
  /** What multiplies the kept candidates in the next epoch. */
  readonly edgeWeights: readonly number[];
  /** |A z - b| of the truncated code over |b|. */
  readonly relativeResidual: number;
  /** The same before the code was truncated, and how many of its entries were not zero. */
  readonly fullRelativeResidual: number;
  readonly nonZeros: number;
  readonly dualityGap: number;
  /** Whether the support differs from the one before. */
  readonly changed: boolean;
}

export type SearchEvent =
  | {
      readonly kind: "recovery";
      /** Epochs finished. */
      readonly epoch: number;
      readonly groups: readonly RecoveredGroup[];
      readonly exploration: Exploration;
    }
  | StepEvent<"search-step">
  | {
      readonly kind: "search-epoch";
      /** From 1. */
      readonly epoch: number;
      readonly epochs: number;
      readonly learningRate: number;
      /** Means over the epoch on the images that train the weights. */
      readonly weightLoss: number;
      readonly weightAccuracy: number;
      readonly gradientNorm: number;
      /**
       * Means over the epoch on the images that steer the architecture: a training signal, not a validation result. Null where the same
       * images do both.
       */
      readonly architectureLoss: number | null;
      readonly architectureAccuracy: number | null;
      /** Seconds in which a step could have run, but its batch was not ready. */
      readonly stallSeconds: number;
    };

/** How a search went. */
export interface SearchResult {
  readonly exploration: Exploration;
  /** What was found: the kept candidates of each group of the space. */
  readonly supports: Supports;
}

export type SearchRun = AsyncGenerator<SearchEvent, SearchResult>;
