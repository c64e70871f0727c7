/** @file Which values a checkpoint of a run must hold: those of the network that its configuration and its place say. */
import { IstaNasError } from "../error.ts";
import type { Network } from "../network/index.ts";
import { superNetwork } from "../search/index.ts";
import type { RunConfig, RunState, ValueLengths } from "../store/index.ts";
import type { RunParts } from "./run-parts.ts";
import { searchedSpace } from "./searched-space.ts";

/** Elements of each parameter and running statistic, by name. Throws `E_CHECKPOINT` for a place that this run never comes to. */
export function expectedValues(config: RunConfig, parts: RunParts, state: RunState): ValueLengths {
  const network = networkAt(config, parts, state);
  const specs = network === null ? [] : [...network.parameters, ...network.runningStatistics];
  return new Map(specs.map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)]));
}

function networkAt({ strategy, training }: RunConfig, parts: RunParts, state: RunState): Network | null {
  if (state.phase === "retrain") {
    const mode = { kind: "train", updatesRunning: true } as const;
    const build = parts.space.derivedNetwork(training.network, parts.space.parse(state.architecture));
    return build({ mode, batch: 1, mixture: false, dropPath: false, auxiliaryHead: training.auxiliaryWeight > 0 });
  }
  if (strategy === null || parts.strategy === null || state.strategy !== strategy.kind) {
    throw wrong(`got a place in a ${state.strategy} search, expected one in this run`);
  }
  const { success, error } = parts.strategy.stateSchema.safeParse(state.search);
  if (!success) {
    const { path, message } = error.issues[0]!;
    throw wrong(`state.search.${path.join(".")}: ${message}`);
  }
  if (parts.strategy.images === "none") return null;
  return superNetwork(searchedSpace(parts.space, strategy.network));
}

function wrong(what: string): IstaNasError {
  return new IstaNasError(`state.json: ${what}`, { code: "E_CHECKPOINT" });
}
