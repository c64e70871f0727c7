/** @file A kind of search space as people choose one: what may be asked of it, what is written into `config.json`, and the space that comes of it. */
import type { z } from "zod";
import type { NetworkShape } from "../network/index.ts";
import type { FlagTable } from "../options/index.ts";
import type { SearchSpace } from "./search-space.ts";
import type { SpaceBenchmark } from "./space-benchmark.ts";

/** `search`: a super-net that is thrown away. `training`: what was found, trained from scratch. `one-network`: both at once, mixture weights absorbed. */
export type NetworkPurpose = "search" | "training" | "one-network";

/** What a network is wanted for. */
export interface MacroRequest<MacroGiven> {
  readonly shape: NetworkShape;
  /** Values of the space's `macroFlags`, as far as they were given. */
  readonly given: Partial<MacroGiven>;
  readonly purpose: NetworkPurpose;
  /** Whether the network is to have an auxiliary classifier in training; false for a space that has none. */
  readonly auxiliaryHead: boolean;
}

type Given = Readonly<Record<string, unknown>>;

/**
 * `Architecture` and `Macro` as of its `SearchSpace`. `Options`: complete; `OptionsGiven` and `MacroGiven`: values of the flags, all of which may be
 * missing.
 */
export interface SpaceKind<
  Architecture = unknown,
  Macro extends NetworkShape = NetworkShape,
  Options = unknown,
  OptionsGiven = Given,
  MacroGiven = Given,
> {
  /** Its name on the command line and in files, such as `nas-bench-201`. */
  readonly kind: string;
  /** What it is, in one line of the help. */
  readonly summary: string;
  /** Options that say what may be chosen. */
  readonly flags: FlagTable<OptionsGiven>;
  /** Options of a network's size. Those of the trained network can be given apart, with `retrain` in front: `retrainCells`. */
  readonly macroFlags: FlagTable<MacroGiven>;
  readonly optionsSchema: z.ZodType<Options>;
  readonly macroSchema: z.ZodType<Macro>;
  /** Values of options for the presets `demo`, `cifar10` and `imagenet`, where the space has its own. */
  readonly presets: Readonly<Record<string, Given>>;
  /**
   * Sizes of networks from small to large, of which a plan chooses by its budget: values of macro flags, those of the trained network with `retrain` in
   * front where they differ. Default: none, and sizes are not chosen.
   */
  readonly sizes?: readonly Given[];
  /** Whether its networks can have an auxiliary classifier, and whether they know drop path. */
  readonly hasAuxiliaryHead: boolean;
  readonly hasDropPath: boolean;
  /** Published results of its architectures, for `table`. Default: there are none. */
  readonly benchmark?: SpaceBenchmark<Architecture>;
  /** Complete options from what was given. */
  options(given: Partial<OptionsGiven>): Options;
  /** @throws E_SPACE_OPTION for options out of range */
  create(options: Options): SearchSpace<Architecture, Macro>;
  /** The size of a network, complete. */
  macro(request: MacroRequest<MacroGiven>, options: Options): Macro;
  /** Its size in a few words, such as `8 cells of 16 channels`. */
  describe(macro: Macro): string;
}

/** A kind of space of one's own, as the main export of a module for `--space FILE`. Types are inferred; what is missing is a type error. */
export function defineSpace<Architecture, Macro extends NetworkShape, Options, OptionsGiven, MacroGiven>(
  kind: SpaceKind<Architecture, Macro, Options, OptionsGiven, MacroGiven>,
): SpaceKind<Architecture, Macro, Options, OptionsGiven, MacroGiven> {
  return kind;
}
