/** @file The weight step with a price on each channel. */
import { inferencePass, type SearchedSpace } from "../../network/index.ts";
import type { WeightStepOptions } from "../../train/index.ts";
import type { AtomOptions } from "./atom-options.ts";
import { channelWeights } from "./channel-price.ts";

/** Of the steps that are taken. */
export function pricedStepOptions(options: AtomOptions, weights: ReadonlyMap<string, number>): WeightStepOptions {
  return { ...options, mixture: false, dropPath: false, l1Weight: ({ name }) => weights.get(name) ?? 0 };
}

/** What channels of the widest network cost, by the names of their scales. */
export function widestWeights({ widths }: SearchedSpace): ReadonlyMap<string, number> {
  return channelWeights(widths!.network(widths!.full)(inferencePass()).hidden!);
}
