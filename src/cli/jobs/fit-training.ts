/** @file How many epochs of training a search has left of its budget. */
import type { RunConfig, RunFolder } from "../../run/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { SearchInputs } from "./search-inputs.ts";
import { retrainEpochsThatFit } from "./time-plan.ts";

/**
 * With `--time`, the configuration with as many epochs of training as fit what is left, and the same in `config.json`. A search that took
 * longer than planned is not thrown away: its network is trained for one epoch at least.
 * @param secondsPerEpoch measured if there is a budget
 */
export async function fitTraining(
  config: RunConfig,
  { flags, startedAt, terminal }: SearchInputs,
  folder: RunFolder,
  secondsPerEpoch: () => Promise<number>,
): Promise<RunConfig> {
  if (flags.time === undefined) return config;
  const perEpoch = await secondsPerEpoch();
  const epochs = Math.max(1, retrainEpochsThatFit(flags.time - (monotonicSeconds() - startedAt), perEpoch));
  if (epochs !== config.retrain.epochs) terminal.line(`plan: ${epochs} epochs of training fit the time that is left`);
  const fitted = { ...config, retrain: { ...config.retrain, epochs } };
  folder.writeJson("config.json", fitted);
  return fitted;
}
