import type { ChoiceGroup, Supports } from "../choice/index.ts";
import type { Nesting } from "./nesting.ts";
import type { NetworkBuilder } from "./network.ts";

/** What a search knows of a space: what may be chosen, and how the network is made that keeps some of it. */
export interface SearchedSpace {
  readonly groups: readonly ChoiceGroup[];
  /** The super-net restricted to `supports`, which may keep any number of candidates of a group. */
  network(supports: Supports): NetworkBuilder;
  /** Missing in a space whose networks are not parts of one another. */
  readonly nesting?: Nesting;
}

/** Supports that keep every candidate: what holds the weights of the whole super-net. */
export function allCandidates(groups: readonly ChoiceGroup[]): Supports {
  return groups.map(({ candidates }) => candidates.map((_, index) => index));
}
