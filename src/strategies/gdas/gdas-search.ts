/**
 * @file Search by a hard choice of Gumbel-softmax (Dong and Yang 2019, algorithm 1): every step samples an architecture from the distribution that
 * logits give each group, moves the logits on a batch of the second half by the gradient through the choice, and the weights on one of the first.
 */
import type { Supports } from "../../choice/index.ts";
import {
  addBilevelStep,
  type BilevelSums,
  bilevelEpoch,
  CandidateLogits,
  ExplorationLedger,
  type GumbelSample,
  gumbelNoise,
  gumbelSample,
  type LedgerState,
  type LogitsState,
  NO_BILEVEL_SUMS,
  PathQueue,
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
  type BatchSource,
  batchesInOrder,
  epochRate,
  initialiseWeights,
  Prefetch,
  type TrainingPlace,
  WeightStep,
} from "../../train/index.ts";
import { straightThrough } from "./straight-through.ts";

export interface GdasOptions extends SuperNetSgd {
  readonly epochs: number;
  readonly finalLearningRate: number;
  /** Steps that a sample is held for. */
  readonly pathSteps: number;
  /** Rate of Adam on the logits. */
  readonly logitRate: number;
}

/** Plain data. */
export interface GdasState extends TrainingPlace, LogitsState {
  readonly sums: Readonly<BilevelSums>;
  /** With which a sample is held that was drawn in a step before. */
  readonly sampled: readonly (readonly number[])[];
  readonly supports: Supports;
  readonly ledger: LedgerState;
}

interface GdasPrograms {
  readonly architectureStep: ArchitectureStep;
  readonly weightStep: WeightStep;
}

/** Of softmax, falling evenly from the first epoch to the last, as published. */
const TEMPERATURE = { first: 10, last: 0.1 };
export class GdasSearch implements Search<GdasState> {
  readonly #context: SearchContext;
  readonly #options: GdasOptions;
  readonly #ledger: ExplorationLedger;
  readonly #logits: CandidateLogits;
  readonly #isResumed: boolean;
  #sampled: readonly (readonly number[])[];
  #supports: Supports;
  #epoch: number;
  #step: number;
  #sums: BilevelSums;

  /** `context.batches`: two halves, the first of which trains the weights and the second moves the logits. */
  constructor(context: SearchContext, options: GdasOptions, from: GdasState | null) {
    const { groups } = context.space;
    this.#context = context;
    this.#options = options;
    this.#ledger = new ExplorationLedger(groups, from?.ledger);
    this.#logits = new CandidateLogits({ groups, streams: context.streams, rate: options.logitRate }, from);
    this.#isResumed = from !== null;
    this.#sampled = from?.sampled ?? this.#logits.values;
    this.#supports = from?.supports ?? this.#logits.mostLikely;
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_BILEVEL_SUMS) };
  }

  state(): GdasState {
    return {
      ...{ epoch: this.#epoch, step: this.#step, sums: { ...this.#sums } },
      ...this.#logits.state(),
      ...{ sampled: this.#sampled, supports: this.#supports, ledger: this.#ledger.state() },
    };
  }

  async *run(): SearchRun {
    const { device, space, streams, batches, clock } = this.#context;
    const [weightBatches, architectureBatches] = batches as [BatchSource, BatchSource];
    const { epochs } = this.#options;
    const steps = Math.min(weightBatches.batchCount, architectureBatches.batchCount);
    const place = { epoch: this.#epoch, step: this.#step };
    const prefetch = new Prefetch(batchesInOrder([architectureBatches, weightBatches], epochs, steps, place), clock);
    const queue = this.#queue();
    if (!this.#isResumed) {
      initialiseWeights(device, superNetwork(space), streams);
      this.#ledger.select(this.#supports);
      yield this.#selection(this.#supports);
    }
    while (this.#epoch < epochs) {
      yield* this.#trainEpoch(prefetch, queue, steps);
      const before = this.#supports;
      this.#supports = this.#logits.mostLikely;
      this.#ledger.select(this.#supports);
      this.#epoch++;
      this.#step = 0;
      this.#sums = { ...NO_BILEVEL_SUMS };
      yield this.#selection(before);
    }
    return {
      ...{ supports: this.#supports, mixture: null, exploration: this.#ledger.exploration },
      ...{ details: {}, remarks: [] },
    };
  }

  /** The steps of an epoch that are left. */
  async *#trainEpoch(
    prefetch: Prefetch,
    queue: PathQueue<Supports, GdasPrograms>,
    steps: number,
  ): AsyncGenerator<SearchEvent, void> {
    const { epochs, pathSteps, batch } = this.#options;
    const sums = this.#sums;
    const epoch = this.#epoch + 1;
    const learningRate = epochRate(this.#options, this.#epoch, epochs);
    const temperature = this.#temperature;
    while (this.#step < steps) {
      if (this.#step % pathSteps === 0) this.#sampled = this.#logits.values;
      const samples = this.#samples(this.#step);
      const supports = samples.map(({ support }) => support);
      const programs = await queue.take(supports);
      this.#ledger.select(supports);
      const end = Math.min(steps, this.#step + pathSteps - (this.#step % pathSteps));
      const ones = supports.map(({ length }) => new Float32Array(length).fill(1));
      while (this.#step < end) {
        const steered = await prefetch.step((images) => programs.architectureStep.run(images, ones));
        this.#logits.step(
          samples.map((sample, group) => straightThrough(sample, steered.gradients[group]!, temperature)),
        );
        const isLast = this.#step + 1 === end && end < steps;
        const trained = await prefetch.step((images) => {
          const running = programs.weightStep.run(images, { learningRate, mixture: null });
          if (isLast) queue.prepare(this.#samples(end, this.#logits.values).map(({ support }) => support));
          return running;
        });
        addBilevelStep(sums, trained, steered);
        this.#ledger.countSteps(supports, 1);
        yield { kind: "search-step", epoch, epochs, step: this.#step++, steps, loss: trained.loss };
      }
      programs.architectureStep.release();
      programs.weightStep.release();
    }
    const stallSeconds = prefetch.takeStallSeconds();
    yield bilevelEpoch({ epoch, epochs, learningRate, stallSeconds, steps, batch }, sums);
  }

  /** Of the step, by the logits with which its sample is drawn. */
  #samples(step: number, logits: readonly ArrayLike<number>[] = this.#sampled): readonly GumbelSample[] {
    const { space, streams } = this.#context;
    const number = Math.floor(step / this.#options.pathSteps);
    const stream = streams.stream(`gdas/epoch/${this.#epoch}/sample/${number}`);
    const temperature = this.#temperature;
    return space.groups.map(({ candidates, sparsity }, group) => {
      const noise = gumbelNoise(candidates.length, stream);
      return gumbelSample(logits[group]!, { sparsity, temperature, noise });
    });
  }

  get #temperature(): number {
    const { first, last } = TEMPERATURE;
    return first + ((last - first) * this.#epoch) / Math.max(1, this.#options.epochs - 1);
  }

  #queue(): PathQueue<Supports, GdasPrograms> {
    const { device, space, maxLoss } = this.#context;
    const { batch, recompute, accumulate } = this.#options;
    const plain = { labelSmoothing: 0, auxiliaryWeight: 0, mixture: false, dropPath: false };
    return new PathQueue({
      compile: async (supports) => {
        const build = space.network(supports);
        return {
          architectureStep: await ArchitectureStep.compile(device, build, {
            ...{ batch, updatesRunning: false, recompute, accumulate, maxLoss },
          }),
          weightStep: await WeightStep.compile(device, build, { ...this.#options, ...plain, maxLoss }),
        };
      },
      release({ architectureStep, weightStep }) {
        architectureStep.release();
        weightStep.release();
      },
      keyOf: (supports) => supports.join("/"),
    });
  }

  #selection(before: Supports): SelectionEvent {
    const isOver = this.#epoch === this.#options.epochs;
    const groups = this.#logits.describe(this.#supports, before, isOver);
    const event = selectionOf(this.#epoch, groups, this.#ledger.exploration);
    return { ...event, figures: { temperature: this.#temperature } };
  }
}
