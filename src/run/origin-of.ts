/** @file Where a run's architecture and weights come from, in sentences. */
import { countOf } from "../count-of.ts";
import type { RunConfig } from "../store/index.ts";
import type { RunParts } from "./run-parts.ts";

/** `details`: what `summary.json` says of the search. */
export function originOf(
  { training, seed, strategy: planned }: RunConfig,
  { strategy, spaceKind }: RunParts,
  details: Readonly<Record<string, unknown>>,
): string {
  const epochs = countOf(training.epochs, "epoch");
  const fromScratch = `The weights were then trained from scratch for ${epochs}.`;
  if (strategy === null || planned === null) return `Its architecture was given, not searched for. ${fromScratch}`;
  const bound = strategy.epochsOption === null ? null : strategy.changes[strategy.epochsOption]!.get(planned.options);
  const { settledAt } = details;
  const settled = typeof settledAt === "number" ? countOf(settledAt, "epoch") : null;
  if (strategy.afterwards === "none") {
    return `Its architecture and its weights come from one run of ${strategy.title}: ${countOf(bound ?? 0, "epoch")}, seed ${seed}; nothing was trained for it alone.`;
  }
  if (strategy.afterwards === "continue") {
    const search =
      settled === null ? `at most ${countOf(bound ?? 0, "epoch")} of search` : `${settled} of search until it settled`;
    return `Its architecture and its weights come from one run of ${strategy.title}: ${search}, then ${training.epochs} of training on from the same weights, seed ${seed}.`;
  }
  const until = settled === null ? "" : `, which settled after ${settled}`;
  const search =
    bound === null
      ? ""
      : `${settled === null ? `${countOf(bound, "epoch")}, ` : ""}${spaceKind.describe(planned.network)}, `;
  return `Its architecture was found by ${strategy.title}${until}: ${search}seed ${seed}. ${fromScratch}`;
}
