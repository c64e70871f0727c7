import type { LogRequest } from "../loggers/index.ts";
import type { Strategy } from "../search/index.ts";
import type { SpaceKind } from "../spaces/index.ts";
import type { OpenedData } from "./open-data.ts";
import type { RunHost } from "./run-host.ts";
import type { RunOptions } from "./run-options.ts";
import type { ChosenPart } from "./run-parts.ts";

/** A kind of space, and its options, complete. */
export interface ChosenSpace extends ChosenPart<SpaceKind> {
  readonly options: unknown;
}

/** What a new run is planned from. */
export interface RunInputs {
  /** With its preset filled in. */
  readonly options: RunOptions;
  /** As given, without a preset. */
  readonly given: RunOptions;
  readonly data: OpenedData;
  readonly space: ChosenSpace;
  readonly host: RunHost;
  /** When the run began, by `monotonicSeconds`. */
  readonly startedAt: number;
  /** Whom the run tells of itself beside its host. Default: nobody. */
  readonly logs?: LogRequest | null;
}

/** Of a search. */
export interface SearchInputs extends RunInputs {
  readonly strategy: ChosenPart<Strategy>;
}
