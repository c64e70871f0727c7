/** @file One search: an async generator of typed events over a state that can be written down, ending in supports. */
import type { Supports, Widths } from "../choice/index.ts";
import type { Device } from "../device/index.ts";
import type { MixtureWeights, SearchedSpace } from "../network/index.ts";
import type { RandomStreams } from "../random/index.ts";
import type { BatchSource, TrainingPlace } from "../train/index.ts";
import type { Exploration } from "./exploration-ledger.ts";
import type { SearchEvent } from "./search-event.ts";

/** What every search is given. It knows choice groups, networks and batches, and neither files nor terminals. */
export interface SearchContext {
  readonly device: Device;
  readonly space: SearchedSpace;
  /** The same space in networks of the size in which architectures are trained alone, for a strategy that asks for it. */
  readonly proxy?: SearchedSpace | null;
  /** Two disjoint halves of the training images, all of them, or none: as the strategy asks. */
  readonly batches: readonly BatchSource[];
  readonly streams: RandomStreams;
  /** Seconds, never going back: it measures, and decides nothing. */
  readonly clock: () => number;
  /** Largest loss that is taken for a training. */
  readonly maxLoss: number;
  /** Whether it has no more epochs because its choice stood still: then no bound ended it. */
  readonly hasSettled?: boolean;
}

/** How a search went. */
export interface SearchResult {
  /** What was found: the kept candidates of each group of the space. */
  readonly supports: Supports;
  /** How wide the kept candidates are, where that was searched. */
  readonly widths?: Widths;
  /** What multiplied the kept candidates at the end: batch norm takes it where their weights are trained on. Null for plain sums. */
  readonly mixture: MixtureWeights | null;
  readonly exploration: Exploration;
  /** What `summary.json` says beside that: plain data. */
  readonly details: Readonly<Record<string, unknown>>;
  /** What people should know of how it ended, a line each. */
  readonly remarks: readonly string[];
}

/** Events as the search goes; what was found at its end. */
export type SearchRun = AsyncGenerator<SearchEvent, SearchResult>;

/** `State`: everything that the rest of a search depends on, as plain data, but for the persistent values of the device. */
export interface Search<State extends TrainingPlace = TrainingPlace> {
  /** Runs once; the last event is a selection. */
  run(): SearchRun;
  /** Where the search stands: after a step or a selection that `run` yielded, what the rest of it depends on. */
  state(): State;
}
