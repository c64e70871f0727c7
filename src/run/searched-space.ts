/** @file The space of a run as its search sees it. */
import type { NetworkShape, SearchedSpace } from "../network/index.ts";
import type { SearchSpace } from "../spaces/index.ts";
import type { RunConfig } from "../store/index.ts";

type Planned = NonNullable<RunConfig["strategy"]>;

/** `space` with the networks that `network` makes of it. */
export function searchedSpace(space: SearchSpace, network: NetworkShape): SearchedSpace {
  return { groups: space.groups, network: (supports) => space.superNetwork(network, supports) };
}

/** What a search computes: its super-net, and what it trains architectures alone in. */
export function networksOfSearch({ network, proxy }: Planned): readonly NetworkShape[] {
  return proxy === undefined ? [network] : [network, proxy];
}

/** In front of the names of all values of networks that architectures are trained alone in. */
const PREFIX = "alone/";

/** `space` with the networks in which architectures are trained alone; null for a search that trains none. */
export function proxySpace(space: SearchSpace, { proxy }: Planned): SearchedSpace | null {
  if (proxy === undefined) return null;
  return {
    groups: space.groups,
    network: (supports) => (pass) => space.superNetwork(proxy, supports)({ ...pass, prefix: PREFIX }),
  };
}
