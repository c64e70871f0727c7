/** @file What a run may take in all: seconds of the machine that it is on, or multiply-accumulates, which are the same on every machine. */
import { formatDuration } from "../duration.ts";
import { IstaNasError } from "../error.ts";
import { formatCompute } from "../format-compute.ts";
import type { RunConfig } from "../store/index.ts";
import { monotonicSeconds } from "./clock.ts";
import { STEP_COMPUTE, STEP_SECONDS, type StepCost } from "./epoch-cost.ts";
import type { BudgetState } from "./epoch-plan.ts";
import type { RunOptions } from "./run-options.ts";
import type { RunSession } from "./run-session.ts";

/** What a budget counts. */
interface BudgetUnit {
  /** What is left, in the words of a plan. */
  readonly name: string;
  readonly stepCost: StepCost;
  /** For people. */
  format(amount: number): string;
  /** What a run has taken that began at `startedAt`, by `monotonicSeconds`, and has no session yet. */
  usedSince(startedAt: number): number;
  usedBy(session: Pick<RunSession, "seconds" | "meter">): number;
  /** What comes after a training with epochs of so much: testing and exporting. */
  ending(costPerEpoch: number, data: Pick<RunConfig["data"], "trainImages" | "testImages">): number;
  /** What to throw where not one epoch fits, and `least` would do. */
  tooSmall(state: BudgetState, least: number): IstaNasError;
}

export interface RunBudget {
  readonly given: number;
  readonly unit: BudgetUnit;
}

/** Seconds of exporting a network and checking what was written. */
const EXPORT_SECONDS = 1;
/** An image that is tested takes this share of one that is trained on. */
const TEST_SHARE = 0.5;
const TIME_TOO_SHORT = "E_TIME_TOO_SHORT";
const COMPUTE_TOO_SMALL = "E_COMPUTE_TOO_SMALL";
const SMALLER = "or a smaller network (--channels, --cells)";

export const SECONDS: BudgetUnit = {
  name: "time",
  stepCost: STEP_SECONDS,
  format: formatDuration,
  usedSince: (startedAt) => monotonicSeconds() - startedAt,
  usedBy: ({ seconds }) => seconds,
  ending: (costPerEpoch, { trainImages, testImages }) =>
    EXPORT_SECONDS + (TEST_SHARE * costPerEpoch * testImages) / trainImages,
  tooSmall({ given, used }, least) {
    const taken = `reading the data and timing steps took ${formatDuration(used)}`;
    return new IstaNasError(
      `--time: got ${formatDuration(given)} for the whole run, but ${taken}, expected at least ${formatDuration(Math.ceil(least))}`,
      { code: TIME_TOO_SHORT, kind: "usage", hint: `give more time, ${SMALLER}` },
    );
  },
};

/** Testing and exporting are not counted, and steps that a plan tries are none of the run. */
const COMPUTE: BudgetUnit = {
  name: "compute",
  stepCost: STEP_COMPUTE,
  format: (amount) => `${formatCompute(amount)} multiply-accumulates`,
  usedSince: () => 0,
  usedBy: ({ meter }) => meter.total,
  ending: () => 0,
  tooSmall: ({ given }, least) =>
    new IstaNasError(
      `--compute: got ${formatCompute(given)} for the whole run, expected at least ${formatCompute(1.01 * least)}: one epoch of each phase takes as much`,
      { code: COMPUTE_TOO_SMALL, kind: "usage", hint: `give more, ${SMALLER}` },
    ),
};

/** Whether a plan was refused because one epoch of each phase does not fit its budget. */
export function isBudgetTooSmall(error: unknown): error is IstaNasError {
  return error instanceof IstaNasError && (error.code === TIME_TOO_SHORT || error.code === COMPUTE_TOO_SMALL);
}

/** Null for a run that has none. */
export function budgetOf({
  timeBudget,
  computeBudget,
}: Pick<RunConfig, "timeBudget" | "computeBudget">): RunBudget | null {
  if (computeBudget !== undefined) return { given: computeBudget, unit: COMPUTE };
  return timeBudget === null ? null : { given: timeBudget, unit: SECONDS };
}

/** That of a run that is asked for. */
export function askedBudget({ time, compute }: RunOptions): RunBudget | null {
  return budgetOf({ timeBudget: time ?? null, computeBudget: compute });
}

/** Throws `E_USAGE_OPTION` for two budgets: which of them counts would be a matter of luck. */
export function assertOneBudget({ time, compute }: RunOptions): void {
  if (time === undefined || compute === undefined) return;
  throw new IstaNasError(
    `--compute: got ${formatCompute(compute)} beside --time ${formatDuration(time)}, expected one budget`,
    { code: "E_USAGE_OPTION", kind: "usage", hint: "leave one of them out" },
  );
}

/** Whether a plan is to fit the run to a budget. */
export function hasBudget(options: RunOptions): boolean {
  return options.time !== undefined || options.compute !== undefined;
}
