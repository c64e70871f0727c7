/** @file The super-net with all its candidates: its list of parameters is what is drawn first. It never runs. */
import { allCandidates, type Network, type SearchedSpace } from "../network/index.ts";

export function superNetwork(space: SearchedSpace): Network {
  const mode = { kind: "train", updatesRunning: true } as const;
  const build = space.network(allCandidates(space.groups));
  return build({ mode, batch: 1, mixture: true, dropPath: false, auxiliaryHead: true });
}
