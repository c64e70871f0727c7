/** @file `config.json`: everything that a run was asked to do and what is needed to use its network again. */
import type { Augmentation, Fit, OtherTask, PixelStatistics, Sampling } from "../data/index.ts";
import type { Arithmetic } from "../device/index.ts";
import type { NetworkShape } from "../network/index.ts";
import type { RetrainOptions } from "../train/index.ts";

/** What a phase trains, and how its images are augmented. */
export interface PhaseConfig {
  /** As its space describes it, complete. */
  readonly network: NetworkShape;
  readonly augmentation: Augmentation;
}

interface ProxyConfig {
  /** What architectures are compared in, each by itself, as their space describes it; missing for a strategy that does not do so. */
  readonly proxy?: NetworkShape | undefined;
}

interface AfterwardsConfig {
  /** What follows the search, where that is not what its strategy does by itself. */
  readonly afterwards?: "retrain" | "continue" | undefined;
}

interface SettledConfig {
  /** Epochs in a row without a change after which the search ends; missing for never. */
  readonly settledEpochs?: number | undefined;
}

/** A space or a strategy of one's own: the module that was given, and the SHA-256 of its text. */
export interface ModuleRecord {
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
}

/** A space or a strategy: what it is called, and its options, complete, as it describes them. */
export interface PartConfig {
  readonly kind: string;
  /** Missing for one that comes with the package. */
  readonly module?: ModuleRecord | undefined;
  readonly options: unknown;
}

/** Where the data were, and how they were read: enough to read them again. */
interface DataConfig {
  readonly name: string;
  /** As typed. */
  readonly path: string;
  /** Absolute path, or `demo`. */
  readonly location: string;
  /** SHA-256 of the decoded images and labels; null in runs of format 1. */
  readonly fingerprint: string | null;
  /** What its images are told apart by, where that was asked for: the first task has the classes of the run. */
  readonly tasks?: readonly string[] | undefined;
  /** Side that was asked for, null for the default. */
  readonly imageSize: number | null;
  /** How images of other proportions came to their size, chosen or asked for; `pad` filled up with the nearest colour to the mean of `normalisation`. Default `crop`, as of all runs that do not say it. */
  readonly fit: Fit;
  /** Share of each class that became the test split if the data had none. */
  readonly testFraction: number;
  /** Share of unreadable images that was allowed. */
  readonly maxBadImageRate: number;
  readonly trainImages: number;
  readonly testImages: number;
}

/** What a plan decided by a budget. */
export interface Decision {
  readonly of: "size" | "strategy";
  /** In words. */
  readonly chosen: string;
  /** What it was decided by. */
  readonly reason: string;
}

export interface RunConfig {
  readonly formatVersion: 3;
  /** Version of ista-nas that wrote the run. */
  readonly version: string;
  /** `search` finds the architecture, `train` was given one. */
  readonly command: "search" | "train";
  readonly seed: number;
  /** How products are added: rounded once, or the product and the sum each. A run keeps to it; in runs of earlier versions, which lack it, `separate`. */
  readonly arithmetic: Arithmetic;
  /** Seconds that the whole run may take: the epochs of its training are fitted to what is left after each of them. Null for no budget. */
  readonly timeBudget: number | null;
  /** The same in multiply-accumulates instead of seconds. Missing for no such budget. */
  readonly computeBudget?: number | undefined;
  /** What the run has taken, in the unit of its budget, when its search is to be over: one that takes more gets fewer epochs. Missing without a budget. */
  readonly searchBudget?: number | undefined;
  /** What was left to the plan. Missing where nothing was. */
  readonly decisions?: readonly Decision[] | undefined;
  readonly checkpoints: {
    /** Minutes after which one is written in the middle of an epoch. */
    readonly minutes: number;
    /** How many of the newest stay. */
    readonly kept: number;
  };
  /** Largest loss that is taken for a training: beyond it the run stops. */
  readonly maxLoss: number;
  /** What may be chosen. */
  readonly space: PartConfig;
  /** How the search goes and on what network; null for a training. */
  readonly strategy: (PartConfig & PhaseConfig & ProxyConfig & AfterwardsConfig & SettledConfig) | null;
  /** How what was found, or given, is trained. */
  readonly training: RetrainOptions & PhaseConfig;
  /** What was trained is called, if the run was given it. */
  readonly architectureName: string | null;
  readonly data: DataConfig;
  readonly classNames: readonly string[];
  /** What the network tells beside them. Missing where there is one task. */
  readonly otherTasks?: readonly OtherTask[] | undefined;
  /** Of the training pixels, per channel, in 0..1 units. */
  readonly normalisation: PixelStatistics;
  /** How much an image counts in the loss, by its class, in their order; the mean over the training images is 1. Null: all alike. */
  readonly classWeights: readonly number[] | null;
  /** Whether an epoch shows each class equally often, `balanced`, or each image once. */
  readonly sampling: Sampling;
  /** SHA-256 of the settings that the run began with and its numbers depend on: its checkpoints carry the same. Missing in runs of earlier versions. */
  readonly identity?: string | undefined;
}
