/**
 * @file Search by mixed operations (Liu et al. 2019, "DARTS: differentiable architecture search", algorithm 1): every candidate is computed, multiplied by its
 * softmax of the logits; each step moves the logits on a batch of the second half and then the weights on one of the first. What has the largest
 * logits in the end is kept.
 */
import type { Supports } from "../../choice/index.ts";
import { allCandidates, type MixtureWeights } from "../../network/index.ts";
import {
  addBilevelStep,
  type BilevelSums,
  bilevelEpoch,
  CandidateLogits,
  ExplorationLedger,
  type LedgerState,
  type LogitsState,
  NO_BILEVEL_SUMS,
  type Search,
  type SearchContext,
  type SearchEvent,
  type SearchRun,
  type SelectionEvent,
  type SuperNetSgd,
  selectionOf,
  superNetwork,
} from "../../search/index.ts";
import {
  ArchitectureStep,
  type ArchitectureStepResult,
  type BatchSource,
  batchesInOrder,
  epochRate,
  initialiseWeights,
  Prefetch,
  type TrainingBatch,
  type TrainingPlace,
  WeightStep,
  type WeightStepOptions,
} from "../../train/index.ts";
import { SecondOrder } from "./second-order.ts";

export interface DartsOptions extends SuperNetSgd {
  readonly epochs: number;
  readonly finalLearningRate: number;
  /** Rate of Adam on the logits. */
  readonly logitRate: number;
  /** 1: the weights are taken as they are; 2: one step ahead. */
  readonly order: number;
}

/** Plain data. */
export interface DartsState extends TrainingPlace, LogitsState {
  readonly sums: Readonly<BilevelSums>;
  readonly supports: Supports;
  readonly ledger: LedgerState;
}

interface Programs {
  readonly architectureStep: ArchitectureStep;
  readonly weightStep: WeightStep;
  readonly secondOrder: SecondOrder | null;
}

/** Mixed operations. */
export function mixedStepOptions(options: DartsOptions): WeightStepOptions {
  return { ...options, labelSmoothing: 0, auxiliaryWeight: 0, mixture: true, dropPath: false };
}

/** Gradient by the logits of what is a function of their softmax: the Jacobian is diag(p) - p p'. */
export function throughSoftmax(probabilities: readonly number[], gradients: ArrayLike<number>): readonly number[] {
  const along = probabilities.reduce((sum, probability, index) => sum + probability * gradients[index]!, 0);
  return probabilities.map((probability, index) => probability * (gradients[index]! - along));
}

export class DartsSearch implements Search<DartsState> {
  readonly #context: SearchContext;
  readonly #options: DartsOptions;
  readonly #ledger: ExplorationLedger;
  readonly #logits: CandidateLogits;
  readonly #isResumed: boolean;
  #supports: Supports;
  #epoch: number;
  #step: number;
  #sums: BilevelSums;

  /** `context.batches`: two halves, the first of which trains the weights and the second moves the logits. */
  constructor(context: SearchContext, options: DartsOptions, from: DartsState | null) {
    const { groups } = context.space;
    this.#context = context;
    this.#options = options;
    this.#ledger = new ExplorationLedger(groups, from?.ledger);
    this.#logits = new CandidateLogits({ groups, streams: context.streams, rate: options.logitRate }, from);
    this.#isResumed = from !== null;
    this.#supports = from?.supports ?? this.#logits.mostLikely;
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_BILEVEL_SUMS) };
  }

  state(): DartsState {
    return {
      ...{ epoch: this.#epoch, step: this.#step, sums: { ...this.#sums }, ...this.#logits.state() },
      ...{ supports: this.#supports, ledger: this.#ledger.state() },
    };
  }

  async *run(): SearchRun {
    const { device, space, streams, batches, clock } = this.#context;
    const [weightBatches, architectureBatches] = batches as [BatchSource, BatchSource];
    const { epochs } = this.#options;
    const steps = Math.min(weightBatches.batchCount, architectureBatches.batchCount);
    const place = { epoch: this.#epoch, step: this.#step };
    const prefetch = new Prefetch(batchesInOrder([architectureBatches, weightBatches], epochs, steps, place), clock);
    if (!this.#isResumed) {
      initialiseWeights(device, superNetwork(space), streams);
      this.#ledger.select(this.#supports);
      yield this.#selection(this.#supports);
    }
    if (this.#epoch < epochs) yield* this.#trainEpochs(prefetch, steps);
    return {
      ...{ supports: this.#supports, exploration: this.#ledger.exploration, details: {}, remarks: [] },
      mixture: this.#logits.probabilities.map((group, index) =>
        Float64Array.from(this.#supports[index]!, (candidate) => group[candidate]!),
      ),
    };
  }

  /** The epochs that are left. */
  async *#trainEpochs(prefetch: Prefetch, steps: number): AsyncGenerator<SearchEvent, void> {
    const programs = await this.#compile();
    try {
      while (this.#epoch < this.#options.epochs) {
        yield* this.#trainEpoch(prefetch, programs, steps);
        const before = this.#supports;
        this.#supports = this.#logits.mostLikely;
        this.#ledger.select(this.#supports);
        this.#epoch++;
        this.#step = 0;
        this.#sums = { ...NO_BILEVEL_SUMS };
        yield this.#selection(before);
      }
    } finally {
      // Also where it is ended after an epoch.
      programs.architectureStep.release();
      programs.weightStep.release();
      programs.secondOrder?.release();
    }
  }

  /** The steps of an epoch that are left. */
  async *#trainEpoch(prefetch: Prefetch, programs: Programs, steps: number): AsyncGenerator<SearchEvent, void> {
    const { epochs, batch } = this.#options;
    const sums = this.#sums;
    const epoch = this.#epoch + 1;
    const learningRate = epochRate(this.#options, this.#epoch, epochs);
    const all = allCandidates(this.#context.space.groups);
    while (this.#step < steps) {
      const validation = await prefetch.step(async (images) => images);
      const { trained, steered } = await prefetch.step((training) =>
        this.#move(programs, training, validation, learningRate),
      );
      addBilevelStep(sums, trained, steered);
      this.#ledger.countSteps(all, 1);
      yield { kind: "search-step", epoch, epochs, step: this.#step++, steps, loss: trained.loss };
    }
    const stallSeconds = prefetch.takeStallSeconds();
    yield bilevelEpoch({ epoch, epochs, learningRate, stallSeconds, steps, batch }, sums);
  }

  /** One step of the logits, and one of the weights with what they are then. */
  async #move(programs: Programs, training: TrainingBatch, validation: TrainingBatch, learningRate: number) {
    const { architectureStep, secondOrder, weightStep } = programs;
    const { probabilities } = this.#logits;
    const mixture = probabilities.map((group) => Float64Array.from(group));
    const steered: ArchitectureStepResult =
      secondOrder === null
        ? await architectureStep.run(validation, mixture)
        : await secondOrder.run({ training, validation, mixture, learningRate });
    this.#logits.step(probabilities.map((group, index) => throughSoftmax(group, steered.gradients[index]!)));
    const moved: MixtureWeights = this.#logits.probabilities.map((group) => Float64Array.from(group));
    return { steered, trained: await weightStep.run(training, { learningRate, mixture: moved }) };
  }

  async #compile(): Promise<Programs> {
    const { device, space, maxLoss } = this.#context;
    const { batch, recompute, accumulate, order } = this.#options;
    const build = space.network(allCandidates(space.groups));
    const options = { ...mixedStepOptions(this.#options), maxLoss };
    const first = await ArchitectureStep.compile(device, build, {
      batch,
      updatesRunning: false,
      recompute,
      accumulate,
      maxLoss,
    });
    return {
      architectureStep: first,
      weightStep: await WeightStep.compile(device, build, options),
      secondOrder: order === 2 ? await SecondOrder.compile(device, build, options, first) : null,
    };
  }

  #selection(before: Supports): SelectionEvent {
    const isOver = this.#epoch === this.#options.epochs;
    const groups = this.#logits.describe(this.#supports, before, isOver);
    return selectionOf(this.#epoch, groups, this.#ledger.exploration);
  }
}
