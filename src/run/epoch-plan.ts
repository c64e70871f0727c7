/** @file How many epochs fit a budget, from what an epoch takes: all in the unit of the budget. */

/** More is not planned however large the budget is: the published numbers of epochs. */
const MOST_EPOCHS = { search: 50, retrain: 600 } as const;

/** The same of a search that is the training. */
export const MOST_TRAINING_EPOCHS: number = MOST_EPOCHS.retrain;
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

interface EpochCost {
  /** Epochs that would be run without a budget: the plan keeps their ratio. */
  readonly epochs: number;
  readonly costPerEpoch: number;
  /** More are not planned. Default: as published for its phase. */
  readonly most?: number;
}

export interface EpochCosts {
  /** Null for a run without a search, or with one that takes no epochs. */
  readonly search: EpochCost | null;
  readonly training: EpochCost;
}

/** A budget for a whole run. */
export interface BudgetState {
  readonly given: number;
  /** So far: before there is a plan, by reading the data and trying steps. */
  readonly used: number;
  /** By what comes after the training. */
  readonly ending: number;
}

export interface EpochPlan {
  readonly searchEpochs: number;
  readonly retrainEpochs: number;
  readonly expectedCost: number;
  /** What the run has taken when the search is to be over; null without one. */
  readonly searchBudget: number | null;
}

/** A phase in the middle of it. */
interface PhaseProgress {
  /** Epochs in all, and those that are over. */
  readonly planned: number;
  readonly done: number;
  readonly costPerEpoch: number;
}

/** Scales both numbers of epochs by one factor so that they fit what is left of the budget, at least one each; null if one epoch of each does not fit. */
export function fitEpochs(budget: BudgetState, costs: EpochCosts): EpochPlan | null {
  const { search, training } = costs;
  const left = leftOf(budget);
  const usable = left * (1 - RESERVE);
  if (costOfOneEach(costs) > usable) return null;
  const searchEpochs = search === null ? 0 : searchEpochsThatFit(usable, search, training);
  const searchCost = searchEpochs * (search?.costPerEpoch ?? 0);
  const retrainEpochs = Math.max(1, epochsThatFit(left - searchCost, budget.given, training.costPerEpoch));
  const expectedCost = searchCost + retrainEpochs * training.costPerEpoch;
  const searchBudget = search === null ? null : budget.used + searchCost / (1 - RESERVE);
  return { searchEpochs, retrainEpochs, expectedCost, searchBudget };
}

/** Epochs after which a network is trained well enough for a larger one to be worth its time: 20, or what few images need and many do not. */
export function enoughEpochs(trainImages: number): number {
  const images = Math.min(MOST_IMAGES, Math.max(LEAST_IMAGES, USUAL_EPOCHS * trainImages));
  return Math.min(MOST_EPOCHS.retrain, Math.ceil(images / trainImages));
}

/** Whether a training of so many epochs fits what is left of the budget, with its share of search. */
export function fitsTraining(budget: BudgetState, epochs: number, { search, training }: EpochCosts): boolean {
  const ofSearch = search === null ? 0 : Math.max(1, (epochs * search.epochs) / training.epochs);
  const searchCost = Math.min(search?.most ?? MOST_EPOCHS.search, ofSearch) * (search?.costPerEpoch ?? 0);
  return searchCost + epochs * training.costPerEpoch <= leftOf(budget) * (1 - RESERVE);
}

/** The smallest budget that one epoch of each phase would fit. */
export function leastBudget({ used, ending }: BudgetState, costs: EpochCosts): number {
  return used + ending + costOfOneEach(costs) / (1 - RESERVE);
}

function costOfOneEach({ search, training }: EpochCosts): number {
  return (search?.costPerEpoch ?? 0) + training.costPerEpoch;
}

/** At least one, and no more than leave one of training. */
function searchEpochsThatFit(usable: number, search: EpochCost, retrain: EpochCost): number {
  const factor = usable / (search.epochs * search.costPerEpoch + retrain.epochs * retrain.costPerEpoch);
  const inRatio = Math.floor(search.epochs * factor);
  const most = Math.floor((usable - retrain.costPerEpoch) / search.costPerEpoch);
  return Math.max(1, Math.min(search.most ?? MOST_EPOCHS.search, inRatio, search.costPerEpoch > 0 ? most : inRatio));
}

/** Epochs of training that fit what is left of the budget: none, it may be. */
export function retrainEpochsThatFit(budget: BudgetState, costPerEpoch: number): number {
  return epochsThatFit(leftOf(budget), budget.given, costPerEpoch);
}

/** Epochs in all of a training that goes on: those that are planned, if they fit and use what is left, else those that do. */
export function replanEpochs(budget: BudgetState, { planned, done, costPerEpoch }: PhaseProgress): number {
  const rest = leftOf(budget) - (planned - done) * costPerEpoch;
  if (rest >= 0 && rest < Math.max(costPerEpoch, TOLERATED_REST * budget.given)) return planned;
  return Math.max(done, Math.min(MOST_EPOCHS.retrain, done + retrainEpochsThatFit(budget, costPerEpoch)));
}

/** Epochs in all of a search that has `left` of its budget: those that are planned, or fewer if they do not fit. */
export function replanSearchEpochs(left: number, { planned, done, costPerEpoch }: PhaseProgress): number {
  return costPerEpoch > 0 ? Math.min(planned, done + Math.max(0, Math.floor(left / costPerEpoch))) : planned;
}

/** With some to spare, as long as that leaves no more than `LARGEST_REST` of the budget. */
function epochsThatFit(left: number, given: number, costPerEpoch: number): number {
  const withReserve = Math.floor((left * (1 - RESERVE)) / costPerEpoch);
  const usingMost = Math.ceil((left - LARGEST_REST * given) / costPerEpoch);
  const most = Math.floor(left / costPerEpoch);
  return Math.max(0, Math.min(MOST_EPOCHS.retrain, most, Math.max(withReserve, usingMost)));
}

function leftOf({ given, used, ending }: BudgetState): number {
  return given - used - ending;
}
