/** @file The space of a run as its search sees it. */
import type { Supports, Widths } from "../choice/index.ts";
import { type NetworkBuilder, type NetworkShape, type SearchedSpace, withClassWeights } from "../network/index.ts";
import type { SearchSpace } from "../spaces/index.ts";
import type { RunConfig } from "../store/index.ts";

type Planned = NonNullable<RunConfig["strategy"]>;

/** `space` with the networks that `network` makes of it, whose loss counts classes by `classWeights`. */
export function searchedSpace(
  space: SearchSpace,
  network: NetworkShape,
  classWeights: RunConfig["classWeights"] = null,
): SearchedSpace {
  const weighted = (build: NetworkBuilder) => withClassWeights(build, classWeights);
  const { groups, widths, nesting, gates } = space;
  const ofWidths = (wanted: Widths) => weighted(space.derivedNetwork(network, widths!.architecture(wanted)));
  return {
    ...{ groups, network: (supports: Supports) => weighted(space.superNetwork(network, supports)) },
    ...(widths === undefined ? {} : { widths: { full: widths.full(network), network: ofWidths } }),
    ...(nesting === undefined ? {} : { nesting }),
    ...(gates === undefined ? {} : { gates }),
  };
}

/** What a search computes: its super-net, and what it trains architectures alone in. */
export function networksOfSearch({ network, proxy }: Planned): readonly NetworkShape[] {
  return proxy === undefined ? [network] : [network, proxy];
}

/** In front of the names of all values of networks that architectures are trained alone in. */
const PREFIX = "alone/";

/** `space` with the networks in which architectures are trained alone; null for a search that trains none. */
export function proxySpace(
  space: SearchSpace,
  { proxy }: Planned,
  classWeights: RunConfig["classWeights"] = null,
): SearchedSpace | null {
  if (proxy === undefined) return null;
  const build =
    (supports: Supports): NetworkBuilder =>
    (pass) =>
      space.superNetwork(proxy, supports)({ ...pass, prefix: PREFIX });
  return { groups: space.groups, network: (supports) => withClassWeights(build(supports), classWeights) };
}
