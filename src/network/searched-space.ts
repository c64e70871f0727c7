import type { ChoiceGroup, Supports, Widths } from "../choice/index.ts";
import type { Gate } from "./gate.ts";
import type { Nesting } from "./nesting.ts";
import type { NetworkBuilder } from "./network.ts";

/** What a search knows of a space: what may be chosen, and how the network is made that keeps some of it. */
export interface SearchedSpace {
  readonly groups: readonly ChoiceGroup[];
  /** The super-net restricted to `supports`, which may keep any number of candidates of a group. */
  network(supports: Supports): NetworkBuilder;
  /** Missing where candidates are kept or left, and nothing between. */
  readonly widths?: SearchedWidths;
  /** Missing in a space whose networks are not parts of one another. */
  readonly nesting?: Nesting;
  /** A gate for each group. Missing in a space with other groups. */
  readonly gates?: readonly Gate[];
}

/** Networks of which it is searched how wide their candidates are. */
export interface SearchedWidths {
  /** The most that each candidate has. */
  readonly full: Widths;
  /** Multiples of 4. */
  network(widths: Widths): NetworkBuilder;
}

/** Supports that keep every candidate: what holds the weights of the whole super-net. */
export function allCandidates(groups: readonly ChoiceGroup[]): Supports {
  return groups.map(({ candidates }) => candidates.map((_, index) => index));
}
