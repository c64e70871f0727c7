/** @file Which values a checkpoint of a run must hold: those of the network that its configuration and its place say. */
import { IstaNasError } from "../../error.ts";
import type { Network } from "../../network/index.ts";
import { superNetwork } from "../../search/index.ts";
import { dartsCells, derivedNetwork, parseGenotype, searchedSpace } from "../../spaces/darts/index.ts";
import type { RunConfig, RunState, ValueLengths } from "../../store/index.ts";

/** Elements of each parameter and running statistic, by name. Throws `E_CHECKPOINT` for a place that this run never comes to. */
export function expectedValues(config: RunConfig, state: RunState): ValueLengths {
  const { parameters, runningStatistics } = networkAt(config, state);
  return new Map(
    [...parameters, ...runningStatistics].map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)]),
  );
}

function networkAt(config: RunConfig, state: RunState): Network {
  const { search, oneStage, retrain, strategy } = config;
  if (state.phase === "retrain") {
    const mode = { kind: "train", updatesRunning: true } as const;
    const build = derivedNetwork(retrain.network, parseGenotype(state.genotype));
    return build({ mode, batch: 1, mixture: false, dropPath: false, auxiliaryHead: retrain.auxiliaryWeight > 0 });
  }
  const spec = (oneStage ?? search)?.network;
  if (spec === undefined || state.strategy !== strategy) {
    throw new IstaNasError(`state.json: got a place in a ${state.strategy} search, expected one in this run`, {
      code: "E_CHECKPOINT",
    });
  }
  return superNetwork(searchedSpace(dartsCells(config), spec));
}
