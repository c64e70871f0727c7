/** @file What to do about a run that diverged: where it was, what it can go back to, and how. */
import { IstaNasError } from "../../error.ts";
import type { RunConfig, RunFolder, RunState } from "../../store/index.ts";
import type { Divergence } from "../../train/index.ts";
import { ARCHITECTURE_RATES, learningRateFor } from "./settings.ts";

/** The error of a step as one of the run: with its epoch and step, the newest checkpoint, and a command that goes on from there. */
export function divergenceOfRun(
  divergence: Divergence,
  state: RunState,
  config: RunConfig,
  folder: RunFolder,
  checkpoint: string | null,
): IstaNasError {
  const { epoch, step } = state.phase === "search" ? state.search : state.training;
  const place = `${state.phase}, epoch ${epoch + 1}, step ${step + 1}`;
  const back = checkpoint === null ? "there is no checkpoint yet" : `the newest checkpoint is ${checkpoint}`;
  const [flag, rate] = rateOf(state, config);
  return new IstaNasError(`${place}: ${divergence.message}; ${back}`, {
    code: divergence.code,
    hint: `go on with a lower rate: ista-nas resume ${folder.path} --with ${flag}=${rate / 2}`,
    cause: divergence,
  });
}

/**
 * The flag that names the rate to lower, and what it is. In a search either rate makes either step diverge: the weights blow up the losses that
 * the architecture sees, and its mixture weights those of the weights. It is the one that lies further above its default.
 */
function rateOf(state: RunState, { command, search, oneStage, retrain }: RunConfig): readonly [string, number] {
  if (state.phase === "retrain") return [command === "train" ? "learning-rate" : "retrain-rate", retrain.learningRate];
  const { learningRate, batch, architecture } = (search ?? oneStage)!;
  const usual = ARCHITECTURE_RATES[oneStage === null ? "two-stage" : "one-stage"];
  const isArchitecture = architecture.learningRate / usual > learningRate / learningRateFor(batch);
  return isArchitecture ? ["architecture-rate", architecture.learningRate] : ["learning-rate", learningRate];
}
