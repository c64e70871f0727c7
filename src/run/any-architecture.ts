import { randomSupports } from "../choice/index.ts";
import { RandomStreams } from "../random/index.ts";
import type { SearchSpace } from "../spaces/index.ts";

/** Some architecture of the space, always the same: for what is tried before there is one. */
export function anyArchitecture(space: SearchSpace): unknown {
  return space.derive(randomSupports(space.groups, new RandomStreams(0).stream("any")));
}
