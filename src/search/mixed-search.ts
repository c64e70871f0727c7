/**
 * @file Search in two levels over a super-net that computes all its candidates in every step: something that is learned moves on batches of the second half,
 * the weights on those of the first. What is learned, by which programs, and what comes of it, its strategy alone knows.
 */
import type { Supports } from "../choice/index.ts";
import { allCandidates } from "../network/index.ts";
import {
  type BatchSource,
  batchesInOrder,
  epochRate,
  initialiseWeights,
  Prefetch,
  type StepResult,
  type TrainingBatch,
  type TrainingPlace,
  type WeightStepResult,
} from "../train/index.ts";
import { addBilevelStep, type BilevelSums, bilevelEpoch, NO_BILEVEL_SUMS } from "./bilevel-sums.ts";
import type { LogitsState } from "./candidate-logits.ts";
import { ExplorationLedger, type LedgerState } from "./exploration-ledger.ts";
import type { Search, SearchContext, SearchResult, SearchRun } from "./search.ts";
import type { SearchEvent, SelectedGroup, SelectionEvent } from "./search-event.ts";
import { selectionOf } from "./selection-of.ts";
import type { SuperNetSgd } from "./super-net-sgd.ts";
import { superNetwork } from "./super-network.ts";

export interface MixedOptions extends SuperNetSgd {
  readonly epochs: number;
  readonly finalLearningRate: number;
}

/** Plain data. */
export interface MixedState extends TrainingPlace, LogitsState {
  readonly sums: Readonly<BilevelSums>;
  readonly supports: Supports;
  readonly ledger: LedgerState;
}

/** One step of both levels. */
export interface MixedStep {
  /** Hands over a batch for each pass: that of the second half first, then that of the first. */
  take<Result>(pass: (batch: TrainingBatch) => Promise<Result>): Promise<Result>;
  readonly learningRate: number;
  /** From 0. */
  readonly epoch: number;
  readonly step: number;
  /** Of an epoch. */
  readonly steps: number;
}

/** Compiled for the super-net with all candidates. */
export interface MixedPrograms {
  step(step: MixedStep): Promise<{ readonly trained: WeightStepResult; readonly steered: StepResult }>;
  release(): void;
}

/** What is learned beside the weights. */
export interface MixedLearner {
  /** What it would keep if it ended now. */
  readonly kept: Supports;
  state(): LogitsState;
  compile(): Promise<MixedPrograms>;
  /** `supports`: what is kept; `before`: by the selection before; `isOver`: whether it stays so. */
  describe(supports: Supports, before: Supports, isOver: boolean): readonly SelectedGroup[];
  /** Beside the groups of a selection after so many epochs. */
  figures?(epoch: number): Readonly<Record<string, number>>;
  result(supports: Supports): Pick<SearchResult, "mixture" | "details" | "remarks">;
}

export class MixedSearch implements Search<MixedState> {
  readonly #context: SearchContext;
  readonly #options: MixedOptions;
  readonly #learner: MixedLearner;
  readonly #ledger: ExplorationLedger;
  readonly #isResumed: boolean;
  #supports: Supports;
  #epoch: number;
  #step: number;
  #sums: BilevelSums;

  /** `context.batches`: two halves, the first of which trains the weights. `learner`: as it was at `from`. */
  constructor(context: SearchContext, options: MixedOptions, learner: MixedLearner, from: MixedState | null) {
    this.#context = context;
    this.#options = options;
    this.#learner = learner;
    this.#ledger = new ExplorationLedger(context.space.groups, from?.ledger);
    this.#isResumed = from !== null;
    this.#supports = from?.supports ?? learner.kept;
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_BILEVEL_SUMS) };
  }

  state(): MixedState {
    return {
      ...{ epoch: this.#epoch, step: this.#step, sums: { ...this.#sums }, ...this.#learner.state() },
      ...{ supports: this.#supports, ledger: this.#ledger.state() },
    };
  }

  async *run(): SearchRun {
    const { device, space, streams, batches, clock } = this.#context;
    const [weightBatches, learnerBatches] = batches as [BatchSource, BatchSource];
    const { epochs } = this.#options;
    const steps = Math.min(weightBatches.batchCount, learnerBatches.batchCount);
    const place = { epoch: this.#epoch, step: this.#step };
    const prefetch = new Prefetch(batchesInOrder([learnerBatches, weightBatches], epochs, steps, place), clock);
    if (!this.#isResumed) {
      initialiseWeights(device, superNetwork(space), streams);
      this.#ledger.select(this.#supports);
      yield this.#selection(this.#supports);
    }
    if (this.#epoch < epochs) yield* this.#trainEpochs(prefetch, steps);
    const { exploration } = this.#ledger;
    return { supports: this.#supports, exploration, ...this.#learner.result(this.#supports) };
  }

  /** The epochs that are left. */
  async *#trainEpochs(prefetch: Prefetch, steps: number): AsyncGenerator<SearchEvent, void> {
    const programs = await this.#learner.compile();
    try {
      while (this.#epoch < this.#options.epochs) {
        yield* this.#trainEpoch(prefetch, programs, steps);
        const before = this.#supports;
        this.#supports = this.#learner.kept;
        this.#ledger.select(this.#supports);
        this.#epoch++;
        this.#step = 0;
        this.#sums = { ...NO_BILEVEL_SUMS };
        yield this.#selection(before);
      }
    } finally {
      // Also where it is ended after an epoch.
      programs.release();
    }
  }

  /** The steps of an epoch that are left. */
  async *#trainEpoch(prefetch: Prefetch, programs: MixedPrograms, steps: number): AsyncGenerator<SearchEvent, void> {
    const { epochs, batch } = this.#options;
    const sums = this.#sums;
    const epoch = this.#epoch + 1;
    const learningRate = epochRate(this.#options, this.#epoch, epochs);
    const all = allCandidates(this.#context.space.groups);
    while (this.#step < steps) {
      const { trained, steered } = await programs.step({
        take: (pass) => prefetch.step(pass),
        ...{ learningRate, epoch: this.#epoch, step: this.#step, steps },
      });
      addBilevelStep(sums, trained, steered);
      this.#ledger.countSteps(all, 1);
      yield { kind: "search-step", epoch, epochs, step: this.#step++, steps, loss: trained.loss };
    }
    const stallSeconds = prefetch.takeStallSeconds();
    yield bilevelEpoch({ epoch, epochs, learningRate, stallSeconds, steps, batch }, sums);
  }

  #selection(before: Supports): SelectionEvent {
    const groups = this.#learner.describe(this.#supports, before, this.#epoch === this.#options.epochs);
    const event = selectionOf(this.#epoch, groups, this.#ledger.exploration);
    const figures = this.#learner.figures?.(this.#epoch);
    return figures === undefined ? event : { ...event, figures };
  }
}
