/** @file How many epochs fit a budget, from measured seconds an epoch. */
import { formatDuration } from "../duration.ts";
import { IstaNasError } from "../error.ts";

/** More is not planned however large the budget is: the published numbers of epochs. */
const MOST_EPOCHS = { search: 50, retrain: 600 } as const;
/** Share of what is left that is kept for noise in the measurement, recovery and checkpoints. */
const RESERVE = 0.08;
/** Share of the budget that may stay unused where another epoch would fit. */
const LARGEST_REST = 0.1;
/** While a training goes on its plan stands as long as less than this share would stay unused. */
const TOLERATED_REST = 0.05;
/** A network is trained long enough after so many epochs, but on no fewer and no more images than these, counted as often as they are seen. */
const USUAL_EPOCHS = 20;
const LEAST_IMAGES = 40_000;
const MOST_IMAGES = 500_000;
/** Of exporting a network and checking what was written. */
const EXPORT_SECONDS = 1;
/** An image that is tested takes this share of one that is trained on. */
const TEST_SHARE = 0.5;

interface EpochCost {
  /** Epochs that would be run without a budget: the plan keeps their ratio. */
  readonly epochs: number;
  readonly secondsPerEpoch: number;
}

export interface EpochCosts {
  /** Null for a run without a search, or with one that takes no epochs. */
  readonly search: EpochCost | null;
  readonly training: EpochCost;
}

/** A budget for a whole run, in seconds. */
export interface TimeBudget {
  readonly given: number;
  /** So far: before there is a plan by reading the data and timing steps. */
  readonly used: number;
  /** By what comes after the training. */
  readonly ending: number;
}

export interface TimePlan {
  readonly searchEpochs: number;
  readonly retrainEpochs: number;
  readonly expectedSeconds: number;
  /** Seconds of the run by which the search is to be over; null without one. */
  readonly searchBudget: number | null;
}

/** A phase in the middle of it. */
interface PhaseProgress {
  /** Epochs in all, and those that are over. */
  readonly planned: number;
  readonly done: number;
  readonly secondsPerEpoch: number;
}

/** Seconds of testing and exporting, after a training with so many seconds an epoch. */
export function endingSeconds(
  secondsPerEpoch: number,
  { trainImages, testImages }: { readonly trainImages: number; readonly testImages: number },
): number {
  return EXPORT_SECONDS + (TEST_SHARE * secondsPerEpoch * testImages) / trainImages;
}

/**
 * Scales both numbers of epochs by one factor so that they fit what is left of the budget, at least one each. Throws `E_TIME_TOO_SHORT` if one epoch of
 * each does not fit.
 */
export function planEpochs(budget: TimeBudget, costs: EpochCosts): TimePlan {
  const plan = fitEpochs(budget, costs);
  if (plan === null) throw tooShort(budget, secondsOfOneEach(costs));
  return plan;
}

/** The same; null where one epoch of each does not fit. */
export function fitEpochs(budget: TimeBudget, costs: EpochCosts): TimePlan | null {
  const { search, training } = costs;
  const left = leftOf(budget);
  const usable = left * (1 - RESERVE);
  if (secondsOfOneEach(costs) > usable) return null;
  const searchEpochs = search === null ? 0 : searchEpochsThatFit(usable, search, training);
  const searchSeconds = searchEpochs * (search?.secondsPerEpoch ?? 0);
  const retrainEpochs = Math.max(1, epochsThatFit(left - searchSeconds, budget.given, training.secondsPerEpoch));
  const expectedSeconds = searchSeconds + retrainEpochs * training.secondsPerEpoch;
  const searchBudget = search === null ? null : budget.used + searchSeconds / (1 - RESERVE);
  return { searchEpochs, retrainEpochs, expectedSeconds, searchBudget };
}

/** Epochs after which a network is trained well enough for a larger one to be worth its time: 20, or what few images need and many do not. */
export function enoughEpochs(trainImages: number): number {
  const images = Math.min(MOST_IMAGES, Math.max(LEAST_IMAGES, USUAL_EPOCHS * trainImages));
  return Math.min(MOST_EPOCHS.retrain, Math.ceil(images / trainImages));
}

/** Whether a training of so many epochs fits what is left of the budget, with its share of search. */
export function fitsTraining(budget: TimeBudget, epochs: number, { search, training }: EpochCosts): boolean {
  const ofSearch = search === null ? 0 : Math.max(1, (epochs * search.epochs) / training.epochs);
  const searchSeconds = Math.min(MOST_EPOCHS.search, ofSearch) * (search?.secondsPerEpoch ?? 0);
  return searchSeconds + epochs * training.secondsPerEpoch <= leftOf(budget) * (1 - RESERVE);
}

function secondsOfOneEach({ search, training }: EpochCosts): number {
  return (search?.secondsPerEpoch ?? 0) + training.secondsPerEpoch;
}

/** At least one, and no more than leave one of training. */
function searchEpochsThatFit(usable: number, search: EpochCost, retrain: EpochCost): number {
  const factor = usable / (search.epochs * search.secondsPerEpoch + retrain.epochs * retrain.secondsPerEpoch);
  const inRatio = Math.floor(search.epochs * factor);
  const most = Math.floor((usable - retrain.secondsPerEpoch) / search.secondsPerEpoch);
  return Math.max(1, Math.min(MOST_EPOCHS.search, inRatio, search.secondsPerEpoch > 0 ? most : inRatio));
}

/** Epochs of training that fit what is left of the budget: none, it may be. */
export function retrainEpochsThatFit(budget: TimeBudget, secondsPerEpoch: number): number {
  return epochsThatFit(leftOf(budget), budget.given, secondsPerEpoch);
}

/** Epochs in all of a training that goes on: those that are planned, if they fit and use what is left, else those that do. */
export function replanEpochs(budget: TimeBudget, { planned, done, secondsPerEpoch }: PhaseProgress): number {
  const rest = leftOf(budget) - (planned - done) * secondsPerEpoch;
  if (rest >= 0 && rest < Math.max(secondsPerEpoch, TOLERATED_REST * budget.given)) return planned;
  return Math.max(done, Math.min(MOST_EPOCHS.retrain, done + retrainEpochsThatFit(budget, secondsPerEpoch)));
}

/** Epochs in all of a search that has `left` seconds: those that are planned, or fewer if they do not fit. */
export function replanSearchEpochs(left: number, { planned, done, secondsPerEpoch }: PhaseProgress): number {
  return Math.min(planned, done + Math.max(0, Math.floor(left / secondsPerEpoch)));
}

/** With some to spare, as long as that leaves no more than `LARGEST_REST` of the budget. */
function epochsThatFit(left: number, given: number, secondsPerEpoch: number): number {
  const withReserve = Math.floor((left * (1 - RESERVE)) / secondsPerEpoch);
  const usingMost = Math.ceil((left - LARGEST_REST * given) / secondsPerEpoch);
  const most = Math.floor(left / secondsPerEpoch);
  return Math.max(0, Math.min(MOST_EPOCHS.retrain, most, Math.max(withReserve, usingMost)));
}

function leftOf({ given, used, ending }: TimeBudget): number {
  return given - used - ending;
}

/** `seconds`: of one epoch of each phase. */
function tooShort({ given, used, ending }: TimeBudget, seconds: number): IstaNasError {
  const least = formatDuration(Math.ceil(used + ending + seconds / (1 - RESERVE)));
  return new IstaNasError(
    `--time: got ${formatDuration(given)} for the whole run, but reading the data and timing steps took ${formatDuration(used)}, expected at least ${least}`,
    {
      code: "E_TIME_TOO_SHORT",
      kind: "usage",
      hint: "give more time, or a smaller network (--channels, --cells)",
    },
  );
}
