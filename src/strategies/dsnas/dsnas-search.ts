/**
 * @file Search by sampled paths with one set of images (Hu et al. 2020): every step samples an architecture, and one backward pass moves both its weights and,
 * by the score function, the logits. A group whose likeliest candidate is clearly ahead is frozen; the weights are then trained on.
 */
import type { Supports } from "../../choice/index.ts";
import {
  CandidateLogits,
  ExplorationLedger,
  gumbelNoise,
  gumbelSample,
  type LedgerState,
  type LogitsState,
  PathQueue,
  type Search,
  type SearchContext,
  type SearchEvent,
  type SearchResult,
  type SearchRun,
  type SelectionEvent,
  selectionOf,
  superNetwork,
  weightEpoch,
} from "../../search/index.ts";
import {
  addStep,
  batchesInOrder,
  initialiseWeights,
  NO_TRAINING_SUMS,
  Prefetch,
  type TrainingPlace,
  type TrainingSums,
  WeightStep,
  type WeightStepOptions,
  warmedUp,
} from "../../train/index.ts";
import { scoreGradient } from "./score-gradient.ts";

export interface DsnasOptions extends Omit<WeightStepOptions, "mixture" | "dropPath" | "maxLoss" | "isFrozen"> {
  readonly learningRate: number;
  readonly warmupEpochs?: number | undefined;
  readonly maxEpochs: number;
  /** Steps that a sample is held for. */
  readonly pathSteps: number;
  /** Rate of Adam on the logits. */
  readonly logitRate: number;
  /** By how much the least likely candidate that a group would keep has to be ahead of the likeliest that it would not, for the group to be frozen. */
  readonly freezeMargin: number;
}

/** Plain data. */
export interface DsnasState extends TrainingPlace, LogitsState {
  readonly sums: Readonly<TrainingSums>;
  /** By which the present sample was drawn, and by which the next one is. */
  readonly sampled: readonly (readonly number[])[];
  readonly pending: readonly (readonly number[])[];
  readonly supports: Supports;
  /** For each group the epoch after which it was frozen. */
  readonly frozenAt: readonly (number | null)[];
  readonly ledger: LedgerState;
}

/** Of the steps that are taken: the network is that of the training that follows. */
export function sampledStepOptions(options: DsnasOptions): WeightStepOptions {
  return { ...options, mixture: true, dropPath: false, returnsMixtureGradient: true };
}

export class DsnasSearch implements Search<DsnasState> {
  readonly #context: SearchContext;
  readonly #options: DsnasOptions;
  readonly #ledger: ExplorationLedger;
  readonly #logits: CandidateLogits;
  readonly #frozenAt: (number | null)[];
  readonly #isResumed: boolean;
  #sampled: readonly (readonly number[])[];
  #pending: readonly (readonly number[])[];
  #supports: Supports;
  #epoch: number;
  #step: number;
  #sums: TrainingSums;

  /** `context.batches`: all training images. */
  constructor(context: SearchContext, options: DsnasOptions, from: DsnasState | null) {
    const { groups } = context.space;
    this.#context = context;
    this.#options = options;
    this.#ledger = new ExplorationLedger(groups, from?.ledger);
    this.#logits = new CandidateLogits({ groups, streams: context.streams, rate: options.logitRate, decay: 0 }, from);
    this.#frozenAt = [...(from?.frozenAt ?? groups.map(() => null))];
    this.#isResumed = from !== null;
    this.#sampled = from?.sampled ?? this.#logits.values;
    this.#pending = from?.pending ?? this.#logits.values;
    this.#supports = from?.supports ?? this.#logits.mostLikely;
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_TRAINING_SUMS) };
  }

  state(): DsnasState {
    return {
      ...{ epoch: this.#epoch, step: this.#step, sums: { ...this.#sums }, ...this.#logits.state() },
      ...{ sampled: this.#sampled, pending: this.#pending, supports: this.#supports },
      ...{ frozenAt: [...this.#frozenAt], ledger: this.#ledger.state() },
    };
  }

  async *run(): SearchRun {
    const { device, space, streams, batches, clock } = this.#context;
    const { maxEpochs } = this.#options;
    const steps = batches[0]!.batchCount;
    const place = { epoch: this.#epoch, step: this.#step };
    const prefetch = new Prefetch(batchesInOrder([batches[0]!], maxEpochs, steps, place), clock);
    const queue = this.#queue();
    if (!this.#isResumed) {
      initialiseWeights(device, superNetwork(space), streams);
      this.#ledger.select(this.#supports);
      yield this.#selection(this.#supports);
    }
    while (this.#epoch < maxEpochs && this.#frozenAt.includes(null)) {
      yield* this.#trainEpoch(prefetch, queue, steps);
      yield this.#endEpoch();
    }
    return this.#result();
  }

  #result(): SearchResult {
    const { space, hasSettled = false } = this.#context;
    const { groups } = space;
    const byBound = groups.flatMap(({ name }, group) => (this.#frozenAt[group] !== null || hasSettled ? [] : [name]));
    const names = byBound.join(", ");
    return {
      supports: this.#supports,
      mixture: null,
      exploration: this.#ledger.exploration,
      details: {
        ...{ searchEpochs: this.#epoch, reachedBound: byBound.length > 0, frozenByBound: byBound },
        frozenAt: Object.fromEntries(groups.map(({ name }, group) => [name, this.#frozenAt[group] ?? this.#epoch])),
      },
      remarks: byBound.length === 0 ? [] : [`frozen by --max-search-epochs, not by the margin: ${names}`],
    };
  }

  /** The steps of an epoch that are left. */
  async *#trainEpoch(
    prefetch: Prefetch,
    queue: PathQueue<Supports, WeightStep>,
    steps: number,
  ): AsyncGenerator<SearchEvent, void> {
    const { maxEpochs: epochs, pathSteps, batch } = this.#options;
    const learningRate = warmedUp(this.#options.learningRate, this.#options.warmupEpochs, this.#epoch);
    const epoch = this.#epoch + 1;
    while (this.#step < steps) {
      if (this.#step % pathSteps === 0) this.#sampled = this.#pending;
      const supports = this.#sample(this.#step, this.#sampled);
      const weightStep = await queue.take(supports);
      this.#ledger.select(supports);
      const end = Math.min(steps, this.#step + pathSteps - (this.#step % pathSteps));
      const ones = supports.map(({ length }) => new Float32Array(length).fill(1));
      while (this.#step < end) {
        const isLast = this.#step + 1 === end;
        const result = await prefetch.step((images) => {
          const running = weightStep.run(images, { learningRate, mixture: ones });
          if (isLast) {
            this.#pending = this.#logits.values;
            if (end < steps) queue.prepare(this.#sample(end, this.#pending));
          }
          return running;
        });
        const { probabilities } = this.#logits;
        this.#logits.step(
          supports.map((support, group) =>
            this.#frozenAt[group] === null
              ? scoreGradient(probabilities[group]!, support, result.mixtureGradient![group]!)
              : null,
          ),
        );
        addStep(this.#sums, result, steps);
        this.#ledger.countSteps(supports, 1);
        yield { kind: "search-step", epoch, epochs, step: this.#step++, steps, loss: result.loss };
      }
      weightStep.release();
    }
    const stallSeconds = prefetch.takeStallSeconds();
    yield weightEpoch({ epoch, epochs, learningRate, stallSeconds, images: steps * batch }, this.#sums);
  }

  /** Freezes the groups that are clear, and all of them at the bound. */
  #endEpoch(): SelectionEvent {
    const before = this.#supports;
    const likeliest = this.#logits.mostLikely;
    this.#supports = before.map((support, group) => (this.#frozenAt[group] === null ? likeliest[group]! : support));
    this.#epoch++;
    this.#step = 0;
    this.#sums = { ...NO_TRAINING_SUMS };
    for (const [group, probabilities] of this.#logits.probabilities.entries()) {
      if (this.#frozenAt[group] !== null) continue;
      const support = this.#supports[group]!;
      const kept = Math.min(...support.map((index) => probabilities[index]!));
      const others = probabilities.filter((_, index) => !support.includes(index));
      if (kept - Math.max(0, ...others) >= this.#options.freezeMargin) this.#frozenAt[group] = this.#epoch;
    }
    this.#ledger.select(this.#supports);
    return this.#selection(before);
  }

  /** A frozen group keeps what it has. */
  #sample(step: number, logits: readonly (readonly number[])[]): Supports {
    const { space, streams } = this.#context;
    const number = Math.floor(step / this.#options.pathSteps);
    const stream = streams.stream(`dsnas/epoch/${this.#epoch}/sample/${number}`);
    return space.groups.map(({ candidates, sparsity }, group) => {
      const noise = gumbelNoise(candidates.length, stream);
      if (this.#frozenAt[group] !== null) return this.#supports[group]!;
      return gumbelSample(logits[group]!, { sparsity, temperature: 1, noise }).support;
    });
  }

  #queue(): PathQueue<Supports, WeightStep> {
    const { device, space, maxLoss } = this.#context;
    const options = { ...sampledStepOptions(this.#options), maxLoss };
    return new PathQueue({
      compile: (supports) => WeightStep.compile(device, space.network(supports), options),
      release: (weightStep) => weightStep.release(),
      keyOf: (supports) => supports.join("/"),
    });
  }

  #selection(before: Supports): SelectionEvent {
    const isOver = this.#epoch === this.#options.maxEpochs;
    const groups = this.#logits.describe(this.#supports, before, isOver).map((group, index) => {
      return { ...group, isFrozen: isOver || this.#frozenAt[index] !== null };
    });
    return selectionOf(this.#epoch, groups, this.#ledger.exploration);
  }
}
