/** @file Where a run's architecture and weights come from, in sentences. */
import { countOf } from "../count-of.ts";
import type { RunConfig } from "../store/index.ts";
import type { RunParts } from "./run-parts.ts";

export function originOf({ training, seed, strategy: planned }: RunConfig, { strategy, spaceKind }: RunParts): string {
  const epochs = countOf(training.epochs, "epoch");
  const fromScratch = `The weights were then trained from scratch for ${epochs}.`;
  if (strategy === null || planned === null) return `Its architecture was given, not searched for. ${fromScratch}`;
  const bound = strategy.epochsOption === null ? null : strategy.changes[strategy.epochsOption]!.get(planned.options);
  if (strategy.afterwards === "continue") {
    return `Its architecture and its weights come from one run of ${strategy.title}: at most ${countOf(bound ?? 0, "epoch")} of search, then ${training.epochs} of training on from the same weights, seed ${seed}.`;
  }
  const most = planned.settledEpochs === undefined ? "" : "at most ";
  const search = bound === null ? "" : `${most}${countOf(bound, "epoch")}, ${spaceKind.describe(planned.network)}, `;
  return `Its architecture was found by ${strategy.title}: ${search}seed ${seed}. ${fromScratch}`;
}
