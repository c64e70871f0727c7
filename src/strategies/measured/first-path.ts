/** @file Where the paths of a search come from. */
import { randomSupports, type Supports } from "../../choice/index.ts";
import type { RandomStream, RandomStreams } from "../../random/index.ts";
import type { SearchContext } from "../../search/index.ts";

/** Of the path of that number in an epoch, both from 0. */
export function pathStream(streams: RandomStreams, epoch: number, number: number): RandomStream {
  return streams.stream(`measured/epoch/${epoch}/path/${number}`);
}

/** While all candidates are active. */
export function firstPath({ space, streams }: Pick<SearchContext, "space" | "streams">): Supports {
  return randomSupports(space.groups, pathStream(streams, 0, 0));
}
