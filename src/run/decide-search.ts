/** @file Whether a run with a budget searches at all: a search of a few steps finds less than they are worth to the training of a fixed architecture. */
import { countOf } from "../count-of.ts";
import type { Baseline } from "../spaces/index.ts";
import type { Decision } from "../store/index.ts";
import type { RunParts } from "./run-parts.ts";

/** Steps of search below which it is left out. */
const LEAST_STEPS = 1000;

export interface SearchDecision {
  /** What is trained in the place of a search; null for a search. */
  readonly baseline: Baseline | null;
  readonly decision: Decision;
}

/** `steps`: that the search would get; 0 for one that does not fit the budget. A space that names no baselines is searched. */
export function decideSearch(steps: number, { space, strategy }: Pick<RunParts, "space" | "strategy">): SearchDecision {
  const fit = `${countOf(steps, "step of search fits", "steps of search fit")} the budget`;
  const searched = (reason: string): SearchDecision => {
    return { baseline: null, decision: { of: "strategy", chosen: strategy!.kind, reason } };
  };
  if (steps >= LEAST_STEPS) return searched(fit);
  const few = `${fit}, fewer than ${LEAST_STEPS}`;
  const baseline = space.baselines?.[0];
  if (baseline === undefined) return searched(`${few}, and the space names no baseline to train instead`);
  const chosen = `train ${baseline.name}, ${baseline.summary}`;
  return { baseline, decision: { of: "strategy", chosen, reason: few } };
}
