/** @file A search strategy as people choose one: its options, what it needs, what it costs, and the search that comes of it. */
import type { z } from "zod";
import type { ChoiceGroup, Supports } from "../choice/index.ts";
import type { Device } from "../device/index.ts";
import type { Network, NetworkBuilder, SearchedSpace } from "../network/index.ts";
import type { FlagTable } from "../options/index.ts";
import type { RetrainOptions, TrainingBatch, TrainingPlace } from "../train/index.ts";
import type { Search, SearchContext } from "./search.ts";

type Given = Readonly<Record<string, unknown>>;

/** Options of a run that every strategy may look at, as far as they were given. */
export interface CommonGiven {
  readonly batch?: number;
  readonly learningRate?: number;
  readonly weightDecay?: number;
  readonly recompute?: boolean;
  readonly accumulate?: number;
  readonly warmupEpochs?: number;
}

/** An option that can be changed while a run goes on. */
export interface Change<Options> {
  get(options: Options): number;
  set(options: Options, value: number): Options;
}

/** One step of a search, compiled to learn what it takes: bytes on a device that only plans, seconds on one that computes. */
export interface Trial {
  readonly peakBytes: number;
  readonly network: Network;
  /** `take` hands over a batch for each pass. */
  step(take: <Result>(pass: (batch: TrainingBatch) => Promise<Result>) => Promise<Result>): Promise<void>;
}

/** What a trial is made for; the network keeps `supports`. */
export interface TrialInputs {
  readonly device: Device;
  readonly space: SearchedSpace;
  /** As of the `SearchContext`. */
  readonly proxy?: SearchedSpace | null;
  readonly supports: Supports;
}

/** `Options`: complete, plain data. `State`: as of its `Search`. `OwnGiven`: values of its flags, all of which may be missing. */
export interface Strategy<Options = unknown, State extends TrainingPlace = TrainingPlace, OwnGiven = Given> {
  /** Its name on the command line and in files, such as `two-stage`. */
  readonly kind: string;
  /** What it does, in one line of the help. */
  readonly summary: string;
  /** What it is called in sentences, such as `two-stage ISTA-NAS`. */
  readonly title: string;
  /**
   * Two disjoint halves of the training images, nine tenths of them and the tenth that is held out, all of them, or none: then there is no super-net
   * either.
   */
  readonly images: "halves" | "held-out" | "all" | "none";
  /**
   * False if its images train no weights that all architectures share, so that there is nothing to score them by, nor, unless it goes on with them
   * itself, anything to go on with.
   */
  readonly sharesWeights?: false;
  /** True if after each epoch it selects what it would keep if it ended there, by numbers that it learns: `--settled-epochs` can end it early. */
  readonly settles?: true;
  /**
   * What a space has to have for it: candidates of any width, networks that are parts of one another, or groups that are gates. Missing in a strategy
   * that searches any space.
   */
  readonly needs?: "widths" | "nesting" | "gates";
  /** True if it takes images of one task alone. */
  readonly tellsOneTask?: true;
  /** Options of its space beside those that are given, with which the space has what it needs. Default: none. */
  readonly spaceOptions?: Given;
  /** Of so many batches the running statistics are made anew when all training is over. Missing: they stay as training left them. */
  readonly recalibrationBatches?: number;
  /**
   * True if its limits decide nothing but what it chooses at its end: gone on with from the state in which it ended, under other limits, it comes to
   * another network and trains nothing.
   */
  readonly specialises?: true;
  /**
   * Whether what was found is trained from scratch, its weights are trained on, or nothing comes after the search. But for the first, search and training have
   * one network and one batch.
   */
  readonly afterwards: "retrain" | "continue" | "none";
  /** Options of its own. */
  readonly flags: FlagTable<OwnGiven>;
  readonly optionsSchema: z.ZodType<Options>;
  readonly stateSchema: z.ZodType<State>;
  /** What can be changed while a run goes on, by the name of the option. */
  readonly changes: Readonly<Record<string, Change<NoInfer<Options>>>>;
  /** The option that bounds its epochs, one of `changes`; null for a search without epochs. */
  readonly epochsOption: string | null;
  /** Values of its own options for the presets `demo`, `cifar10` and `imagenet`. */
  readonly presets: Readonly<Record<string, Given>>;
  /** Complete options. `training`: of the training that follows, for a strategy that goes on with one network. */
  options(given: Partial<OwnGiven> & CommonGiven, training: RetrainOptions): Options;
  /** Whether with these options it also trains architectures alone, in networks of a size of their own. Missing in a strategy that never does. */
  trainsAlone?(options: Options): boolean;
  /** Images a step; null for a search that takes none. */
  batchOf(options: Options): number | null;
  /** Steps of an epoch. Missing in a strategy whose epochs have as many as its images have batches. */
  stepsOf?(options: Options): number;
  /** Rates that a diverging search can be blamed on: the option, its value, and what is usual. */
  ratesOf(options: Options): readonly { readonly option: string; readonly rate: number; readonly usual: number }[];
  /**
   * What a search begins with: to be planned for, and to be refused before anything is computed.
   * @throws E_SEARCH_LIMITS if limits cannot be kept
   */
  firstSupports(context: Pick<SearchContext, "space" | "streams">, options: Options): Supports;
  /** Makes the network whose values the device holds at a state. Missing: they are those of the super-net with all candidates. */
  networkAt?(space: SearchedSpace, state: State): NetworkBuilder;
  /** Missing in a search without steps. */
  trial?(inputs: TrialInputs, options: Options): Promise<Trial>;
  /** `from`: a state of a search with this context and these options; the device then holds the values that it held. */
  start(context: SearchContext, options: Options, from: State | null): Search<State>;
}

/** A strategy of one's own, as the main export of a module for `--strategy FILE`. Types are inferred; what is missing is a type error. */
export function defineStrategy<Options, State extends TrainingPlace, OwnGiven>(
  strategy: Strategy<Options, State, OwnGiven>,
): Strategy<Options, State, OwnGiven> {
  return strategy;
}

/** The largest candidates of each group, for the most that a step can come to take. */
export function heaviestSupports(groups: readonly ChoiceGroup[]): Supports {
  return groups.map(({ candidates, sparsity }) => {
    const indices = candidates.map((_, index) => index);
    indices.sort((a, b) => candidates[b]!.cost - candidates[a]!.cost || b - a);
    return indices.slice(0, sparsity).sort((a, b) => a - b);
  });
}
