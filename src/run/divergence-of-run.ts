/** @file What to do about a run that diverged: where it was, what it can go back to, and how. */
import { IstaNasError } from "../error.ts";
import { spelling } from "../options/index.ts";
import type { Strategy } from "../search/index.ts";
import type { RunConfig, RunFolder, RunState } from "../store/index.ts";
import type { Divergence } from "../train/index.ts";

/** The error of a step as one of the run: with its epoch and step, the newest checkpoint, and a command that goes on from there. */
export function divergenceOfRun(
  divergence: Divergence,
  state: RunState,
  config: RunConfig,
  strategy: Strategy | null,
  folder: RunFolder,
  checkpoint: string | null,
): IstaNasError {
  const { epoch, step } = state.phase === "search" ? state.search : state.training;
  const place = `${state.phase}, epoch ${epoch + 1}, step ${step + 1}`;
  const back = checkpoint === null ? "there is no checkpoint yet" : `the newest checkpoint is ${checkpoint}`;
  const rate = rateToLower(state, config, strategy);
  return new IstaNasError(`${place}: ${divergence.message}; ${back}`, {
    code: divergence.code,
    hint:
      rate === null
        ? "the strategy names no rate that could be lowered: begin again with another setting"
        : `go on with a lower rate: ista-nas resume ${folder.path} --with ${spelling(rate.option)}=${rate.value / 2}`,
    cause: divergence,
  });
}

/**
 * The option that names the rate to lower, and what it is; null if the strategy knows none. In a search any rate makes any step diverge: the weights
 * blow up the losses that the architecture sees, and its mixture weights those of the weights. It is the one that lies furthest above what is usual.
 */
function rateToLower(
  state: RunState,
  { command, strategy: planned, training }: RunConfig,
  strategy: Strategy | null,
): { readonly option: string; readonly value: number } | null {
  if (state.phase === "retrain") {
    return { option: command === "train" ? "learningRate" : "retrainRate", value: training.learningRate };
  }
  const excess = (one: { readonly rate: number; readonly usual: number }) => one.rate / one.usual;
  const [first, ...others] = strategy!.ratesOf(planned!.options);
  if (first === undefined) return null;
  const { option, rate } = others.reduce((most, one) => (excess(one) > excess(most) ? one : most), first);
  return { option, value: rate };
}
