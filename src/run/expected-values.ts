/** @file Which values a checkpoint of a run must hold: those of the network that its configuration and its place say. */
import { IstaNasError } from "../error.ts";
import type { Network, NetworkPass } from "../network/index.ts";
import { superNetwork } from "../search/index.ts";
import type { RunConfig, RunState, ValueLengths } from "../store/index.ts";
import type { RunParts } from "./run-parts.ts";
import { searchedSpace } from "./searched-space.ts";

const TRAINING_PASS: NetworkPass = {
  ...{ mode: { kind: "train", updatesRunning: true }, batch: 1 },
  ...{ mixture: false, dropPath: false, auxiliaryHead: true },
};

/** Elements of each parameter and running statistic, by name. Throws `E_CHECKPOINT` for a place that this run never comes to. */
export function expectedValues(config: RunConfig, parts: RunParts, state: RunState): ValueLengths {
  const network = networkAt(config, parts, state);
  const specs = network === null ? [] : [...network.parameters, ...network.runningStatistics];
  return new Map(specs.map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)]));
}

function networkAt({ strategy, training }: RunConfig, parts: RunParts, state: RunState): Network | null {
  if (state.phase === "retrain") {
    const build = parts.space.derivedNetwork(training.network, parts.space.parse(state.architecture));
    return build({ ...TRAINING_PASS, auxiliaryHead: training.auxiliaryWeight > 0 });
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
  const space = searchedSpace(parts.space, strategy.network);
  const build = parts.strategy.networkAt?.(space, state.search);
  return build?.(TRAINING_PASS) ?? superNetwork(space);
}

function wrong(what: string): IstaNasError {
  return new IstaNasError(`state.json: ${what}`, { code: "E_CHECKPOINT" });
}
