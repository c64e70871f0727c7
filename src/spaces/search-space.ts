/**
 * @file What a search space is to everything above it: groups to choose from, architectures that keep some of each, their text, and the
 * networks that they are. What an architecture looks like inside, its space alone knows.
 */
import type { ChoiceGroup, Supports, Widths } from "../choice/index.ts";
import type { Gate, MixtureWeights, Nesting, NetworkBuilder, NetworkShape } from "../network/index.ts";
import type { Baseline } from "./baseline.ts";
import type { Diagram } from "./diagram.ts";
import type { SpaceLayout } from "./layout.ts";

/** `Architecture`: plain data. `Macro`: width, depth and whatever else holds for a whole network; plain data, saved with every run. */
export interface SearchSpace<Architecture = unknown, Macro extends NetworkShape = NetworkShape> {
  readonly groups: readonly ChoiceGroup[];
  /** How all its architectures are drawn. */
  readonly layout: SpaceLayout;
  /** Architectures that no search has to find, for `train`, `show` and `--verdict`; the first is what one writes down by hand. Default: there are none. */
  readonly baselines?: readonly Baseline<Architecture>[];
  /** How its networks are parts of the largest, for a strategy that lets them share its weights. Default: they are not. */
  readonly nesting?: Nesting;
  /** Its groups as gates, one for each. Default: they are none. */
  readonly gates?: readonly Gate[];
  /**
   * The architecture that keeps `supports`.
   * @throws E_SPACE_SUPPORT unless each group keeps 1 to `sparsity` of its candidates
   */
  derive(supports: Supports): Architecture;
  /**
   * The inverse of `derive`.
   * @throws E_ARCHITECTURE, or E_GENOTYPE_SPACE, for an architecture that this space does not hold
   */
  supportsOf(architecture: Architecture): Supports;
  /**
   * Reads what `formatJson` and `formatText` write.
   * @throws E_ARCHITECTURE, or one of E_GENOTYPE_..., for anything else
   */
  parse(text: string): Architecture;
  /** JSON that ends in a line feed. */
  formatJson(architecture: Architecture): string;
  /** One line, in the form that the space's publication uses. */
  formatText(architecture: Architecture): string;
  /** The super-net restricted to `supports`, which may keep any number of candidates of a group. */
  superNetwork(macro: Macro, supports: Supports): NetworkBuilder;
  /** Missing in a space whose candidates have one width each. */
  readonly widths?: SpaceWidths<Architecture, Macro>;
  /** The derived network: what an architecture is when it is trained and shipped. */
  derivedNetwork(macro: Macro, architecture: Architecture): NetworkBuilder;
  /** `absorbed`: weights that batch norm took, of each group one for each candidate that the architecture keeps. Default: none. */
  draw(architecture: Architecture, absorbed?: MixtureWeights): Diagram;
}

/** What a space says in which it is searched how wide candidates are: an architecture is then more than its supports. */
export interface SpaceWidths<Architecture = unknown, Macro extends NetworkShape = NetworkShape> {
  /** The most that each candidate has in networks of this size, multiples of 4. */
  full(macro: Macro): Widths;
  /** The architecture whose candidates are so wide. */
  architecture(widths: Widths): Architecture;
}
