/** @file What a new run is asked for: data, parts, seed and place by themselves, all the rest among the options, under the names of the flags. */
import { LOG_FLAGS, type LogGiven } from "../loggers/index.ts";
import { type AUTO, type FlagTable, switchFlag } from "../options/index.ts";
import type { SpaceGiven, SpaceMacroGiven } from "../spaces/index.ts";
import type { StrategyGiven } from "../strategies/index.ts";
import type { RunOptionsGiven } from "./run-options.ts";

export interface NewRunGiven extends LogGiven {
  /** Whether the run may begin beside an unfinished one that `out` names, which is refused otherwise. Default: false. */
  readonly new?: boolean;
}

export const NEW_RUN_FLAGS: FlagTable<NewRunGiven> = {
  new: switchFlag("start a new run beside the unfinished one that --out names"),
  ...LOG_FLAGS,
};

/** Sizes of networks; numbers may be left to the plan of a run with a budget. */
type SizeGiven = {
  readonly [Name in keyof SpaceMacroGiven]:
    | SpaceMacroGiven[Name]
    | (number extends SpaceMacroGiven[Name] ? typeof AUTO : never);
};

/** Size of the trained network, where it differs from that of the search. */
type RetrainSizeGiven = {
  readonly [Name in keyof SizeGiven as `retrain${Capitalize<Name>}`]: SizeGiven[Name];
};

/** The same of the networks that a search trains architectures alone in. */
type ProxySizeGiven = {
  readonly [Name in keyof SpaceMacroGiven as `proxy${Capitalize<Name>}`]: SpaceMacroGiven[Name];
};

/** Those of a space or a strategy of one's own. */
interface OtherOptions {
  readonly [option: string]: unknown;
}

type OwnOptions = Omit<RunOptionsGiven, "space" | "strategy" | "seed" | "out">;

/** All may be missing; the help of `ista-nas search` says what each means and its default. `time` is in seconds. */
export type SearchOptions = OwnOptions &
  SpaceGiven &
  SizeGiven &
  RetrainSizeGiven &
  ProxySizeGiven &
  StrategyGiven &
  OtherOptions;

/** Those of `ista-nas train`. */
export type TrainOptions = Omit<OwnOptions, "retrainBatch" | "retrainEpochs" | "retrainRate" | "verdict"> &
  SpaceGiven &
  SizeGiven &
  OtherOptions & { readonly epochs?: number };

export interface SearchSpec extends NewRunGiven, Pick<RunOptionsGiven, "space" | "strategy" | "seed" | "out"> {
  /** `demo`, or a folder of labelled images. */
  readonly data: string;
  readonly options?: SearchOptions;
}

export interface TrainSpec extends NewRunGiven, Pick<RunOptionsGiven, "space" | "seed" | "out"> {
  /** A file, a run folder, or the name of a baseline. */
  readonly architecture: string;
  /** `demo`, or a folder of labelled images. */
  readonly data: string;
  readonly options?: TrainOptions;
}
