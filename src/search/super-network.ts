/** @file The super-net with all its candidates: its list of parameters is what is drawn first. It never runs. */
import { buildNetwork, fullStructures, type Network, type NetworkSpec } from "../network/index.ts";
import type { SearchSpace } from "../space/index.ts";

export function superNetwork(spec: NetworkSpec, space: SearchSpace): Network {
  const mode = { kind: "train", updatesRunning: true } as const;
  return buildNetwork(spec, fullStructures(space), { mode, batch: 1, edgeWeights: true, dropPath: false });
}
