import type { NetworkShape, SearchedSpace } from "../network/index.ts";
import type { SearchSpace } from "../spaces/index.ts";

/** `space` with the networks that `network` makes of it. */
export function searchedSpace(space: SearchSpace, network: NetworkShape): SearchedSpace {
  return { groups: space.groups, network: (supports) => space.superNetwork(network, supports) };
}

/** Searches on `device`, from the beginning or from a state; returns what is to be trained. */
