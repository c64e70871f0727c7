/** @file How many epochs fit a budget, from measured seconds an epoch. */
import { formatDuration } from "../duration.ts";
import { IstaNasError } from "../error.ts";

/** More is not planned however large the budget is: the published numbers of epochs. */
const MOST_EPOCHS = { search: 50, retrain: 600 } as const;
/** Share of the budget kept for what is not an epoch: recovery, testing, export, and noise in the measurement. */
const RESERVE = 0.08;

export interface EpochCost {
  /** Epochs that would be run without a budget: the plan keeps their ratio. */
  readonly epochs: number;
  readonly secondsPerEpoch: number;
}

/** A budget for a whole run, in seconds. */
export interface TimeBudget {
  readonly given: number;
  /** By reading the data and timing steps, before there is a plan. */
  readonly used: number;
}

export interface TimePlan {
  readonly searchEpochs: number;
  readonly retrainEpochs: number;
  readonly expectedSeconds: number;
}

/**
 * Scales both numbers of epochs by one factor so that they fit what is left of the budget, at least one each. `searching`: null for a search
 * that takes no epochs.
 * Throws `E_TIME_TOO_SHORT` if one epoch of each does not fit.
 */
export function planEpochs(budget: TimeBudget, searching: EpochCost | null, retrain: EpochCost): TimePlan {
  const search = searching ?? { epochs: 0, secondsPerEpoch: 0 };
  const usable = (budget.given - budget.used) * (1 - RESERVE);
  const shortest = search.secondsPerEpoch + retrain.secondsPerEpoch;
  if (shortest > usable) throw tooShort(budget, shortest / (1 - RESERVE));
  const factor = usable / (search.epochs * search.secondsPerEpoch + retrain.epochs * retrain.secondsPerEpoch);
  const searchEpochs =
    searching === null ? 0 : Math.min(MOST_EPOCHS.search, Math.max(1, Math.floor(search.epochs * factor)));
  const rest = usable - searchEpochs * search.secondsPerEpoch;
  const retrainEpochs = Math.min(MOST_EPOCHS.retrain, Math.max(1, Math.floor(rest / retrain.secondsPerEpoch)));
  const expectedSeconds = searchEpochs * search.secondsPerEpoch + retrainEpochs * retrain.secondsPerEpoch;
  return { searchEpochs, retrainEpochs, expectedSeconds };
}

/** Epochs of training that fit `budget` seconds: none, it may be. */
export function retrainEpochsThatFit(budget: number, secondsPerEpoch: number): number {
  return Math.min(MOST_EPOCHS.retrain, Math.max(0, Math.floor((budget * (1 - RESERVE)) / secondsPerEpoch)));
}

/** Epochs of training that fit what is left of the budget. Throws `E_TIME_TOO_SHORT` if not one does. */
export function planRetrainEpochs(budget: TimeBudget, secondsPerEpoch: number): number {
  const epochs = retrainEpochsThatFit(budget.given - budget.used, secondsPerEpoch);
  if (epochs === 0) throw tooShort(budget, secondsPerEpoch / (1 - RESERVE));
  return epochs;
}

function tooShort({ given, used }: TimeBudget, needed: number): IstaNasError {
  const least = formatDuration(Math.ceil(used + needed));
  return new IstaNasError(
    `--time: got ${formatDuration(given)} for the whole run, but reading the data and timing steps took ${formatDuration(used)}, expected at least ${least}`,
    {
      code: "E_TIME_TOO_SHORT",
      kind: "usage",
      hint: "give more time, or a smaller network (--channels, --cells)",
    },
  );
}
