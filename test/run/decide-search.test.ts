import { expect, it } from "vitest";
import { decideSearch } from "../../src/run/decide-search.ts";
import type { RunParts } from "../../src/run/run-parts.ts";
import { twoStage } from "../../src/strategies/two-stage/strategy.ts";

const HAND = { name: "by_hand", summary: "all the same", architecture: "x" };
const OTHER = { ...HAND, name: "other" };

function partsWith(baselines: readonly (typeof HAND)[] | undefined) {
  return { space: { baselines }, strategy: twoStage } as unknown as Pick<RunParts, "space" | "strategy">;
}

it.each([
  [1000, [HAND], null, "two-stage", "1000 steps of search fit the budget"],
  [999, [HAND, OTHER], HAND, "train by_hand, all the same", "999 steps of search fit the budget, fewer than 1000"],
  [0, [HAND], HAND, "train by_hand, all the same", "0 steps of search fit the budget, fewer than 1000"],
  [
    ...[1, undefined, null, "two-stage"],
    "1 step of search fits the budget, fewer than 1000, and the space names no baseline to train instead",
  ],
] as const)("%i steps of search, and baselines %j", (steps, baselines, baseline, chosen, reason) => {
  const decision = { of: "strategy", chosen, reason };
  expect(decideSearch(steps, partsWith(baselines))).toEqual({ baseline, decision });
});
