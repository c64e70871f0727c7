/**
 * @file Search by a hard choice of Gumbel-softmax (Dong and Yang 2019, algorithm 1): every step samples an architecture from the distribution that
 * logits give each group, moves the logits on a batch of the second half by the gradient through the choice, and the weights on one of the first.
 */
import type { Supports } from "../../choice/index.ts";
import {
  ExplorationLedger,
  type LedgerState,
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
  Adam,
  type AdamState,
  ArchitectureStep,
  type BatchSource,
  batchesInOrder,
  cosineRate,
  initialiseWeights,
  Prefetch,
  type TrainingPlace,
  WeightStep,
} from "../../train/index.ts";
import { type GumbelSample, gumbelNoise, gumbelSample, softmax, straightThrough } from "./gumbel-sample.ts";

export interface GdasOptions extends SuperNetSgd {
  readonly epochs: number;
  readonly finalLearningRate: number;
  /** Steps that a sample is held for. */
  readonly pathSteps: number;
  /** Rate of Adam on the logits. */
  readonly logitRate: number;
}

/** Over the steps of an epoch so far. */
interface GdasSums {
  weightLoss: number;
  weightCorrect: number;
  gradientNorm: number;
  architectureLoss: number;
  architectureCorrect: number;
}

/** Plain data. */
export interface GdasState extends TrainingPlace {
  readonly sums: Readonly<GdasSums>;
  /** For each group the logit of each candidate, and the optimizer of them. */
  readonly logits: readonly (readonly number[])[];
  readonly optimizers: readonly AdamState[];
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
const NO_SUMS: Readonly<GdasSums> = {
  ...{ weightLoss: 0, weightCorrect: 0, gradientNorm: 0, architectureLoss: 0, architectureCorrect: 0 },
};
/** Logits begin near zero. */
const START = 1e-3;

export class GdasSearch implements Search<GdasState> {
  readonly #context: SearchContext;
  readonly #options: GdasOptions;
  readonly #ledger: ExplorationLedger;
  readonly #logits: readonly Float64Array[];
  readonly #optimizers: readonly Adam[];
  readonly #isResumed: boolean;
  #sampled: readonly (readonly number[])[];
  #supports: Supports;
  #epoch: number;
  #step: number;
  #sums: GdasSums;

  /** `context.batches`: two halves, the first of which trains the weights and the second moves the logits. */
  constructor(context: SearchContext, options: GdasOptions, from: GdasState | null) {
    const { groups } = context.space;
    this.#context = context;
    this.#options = options;
    this.#ledger = new ExplorationLedger(groups, from?.ledger);
    this.#logits = from === null ? firstLogits(context) : from.logits.map((values) => Float64Array.from(values));
    this.#optimizers = this.#logits.map(({ length }, group) => {
      const adam = new Adam(length, { learningRate: options.logitRate });
      if (from !== null) adam.restore(from.optimizers[group]!);
      return adam;
    });
    this.#isResumed = from !== null;
    this.#sampled = from?.sampled ?? this.#logits.map((values) => [...values]);
    this.#supports = from?.supports ?? firstSupports(context);
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_SUMS) };
  }

  state(): GdasState {
    return {
      ...{ epoch: this.#epoch, step: this.#step, sums: { ...this.#sums } },
      logits: this.#logits.map((values) => [...values]),
      optimizers: this.#optimizers.map((adam) => adam.state()),
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
      this.#supports = mostLikely(this.#context, this.#logits);
      this.#ledger.select(this.#supports);
      this.#epoch++;
      this.#step = 0;
      this.#sums = { ...NO_SUMS };
      yield this.#selection(before);
    }
    return {
      ...{ supports: this.#supports, absorbed: null, exploration: this.#ledger.exploration },
      ...{ details: {}, remarks: [] },
    };
  }

  /** The steps of an epoch that are left. */
  async *#trainEpoch(
    prefetch: Prefetch,
    queue: PathQueue<Supports, GdasPrograms>,
    steps: number,
  ): AsyncGenerator<SearchEvent, void> {
    const { epochs, pathSteps, finalLearningRate, batch } = this.#options;
    const sums = this.#sums;
    const epoch = this.#epoch + 1;
    const learningRate = cosineRate(this.#options.learningRate, finalLearningRate, this.#epoch, epochs);
    const temperature = this.#temperature;
    while (this.#step < steps) {
      if (this.#step % pathSteps === 0) this.#sampled = this.#logits.map((values) => [...values]);
      const samples = this.#samples(this.#step);
      const supports = samples.map(({ support }) => support);
      const programs = await queue.take(supports);
      this.#ledger.select(supports);
      const end = Math.min(steps, this.#step + pathSteps - (this.#step % pathSteps));
      const ones = supports.map(({ length }) => new Float32Array(length).fill(1));
      while (this.#step < end) {
        const steered = await prefetch.step((images) => programs.architectureStep.run(images, ones));
        for (const [group, sample] of samples.entries()) {
          const gradient = straightThrough(sample, steered.gradients[group]!, temperature);
          this.#optimizers[group]!.step(this.#logits[group]!, gradient);
        }
        const isLast = this.#step + 1 === end && end < steps;
        const trained = await prefetch.step((images) => {
          const running = programs.weightStep.run(images, { learningRate, mixture: null });
          if (isLast) queue.prepare(this.#samples(end, this.#logits).map(({ support }) => support));
          return running;
        });
        sums.weightLoss += trained.loss;
        sums.weightCorrect += trained.correct;
        sums.gradientNorm += trained.gradientNorm;
        sums.architectureLoss += steered.loss;
        sums.architectureCorrect += steered.correct;
        this.#ledger.countSteps(supports, 1);
        yield { kind: "search-step", epoch, epochs, step: this.#step++, steps, loss: trained.loss };
      }
      programs.architectureStep.release();
      programs.weightStep.release();
    }
    yield {
      kind: "search-epoch",
      ...{ epoch, epochs, learningRate },
      weightLoss: sums.weightLoss / steps,
      weightAccuracy: sums.weightCorrect / (steps * batch),
      gradientNorm: sums.gradientNorm / steps,
      architectureLoss: sums.architectureLoss / steps,
      architectureAccuracy: sums.architectureCorrect / (steps * batch),
      stallSeconds: prefetch.takeStallSeconds(),
    };
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
    const { batch, recompute } = this.#options;
    const plain = { labelSmoothing: 0, auxiliaryWeight: 0, mixture: false, dropPath: false };
    return new PathQueue({
      compile: async (supports) => {
        const build = space.network(supports);
        return {
          architectureStep: await ArchitectureStep.compile(device, build, {
            ...{ batch, updatesRunning: false, recompute, maxLoss },
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
    const groups = this.#context.space.groups.map(({ name }, group) => {
      const support = this.#supports[group]!;
      const values = softmax([...this.#logits[group]!]);
      const entropy = values.reduce((sum, value) => (value === 0 ? sum : sum - value * Math.log(value)), 0);
      return {
        ...{ group: name, support, values, weights: null, changed: support.join() !== before[group]!.join() },
        ...{ isFrozen: isOver, figures: { entropy }, vectors: {} },
      };
    });
    const event = selectionOf(this.#epoch, groups, this.#ledger.exploration);
    return { ...event, figures: { temperature: this.#temperature } };
  }
}

/** What the logits that a search begins with make the most likely. */
export function firstSupports(context: Pick<SearchContext, "space" | "streams">): Supports {
  return mostLikely(context, firstLogits(context));
}

function firstLogits({ space, streams }: Pick<SearchContext, "space" | "streams">): readonly Float64Array[] {
  return space.groups.map(({ name, candidates }) => {
    const stream = streams.stream(`gdas/logits/${name}`);
    return Float64Array.from({ length: candidates.length }, () => START * stream.normal());
  });
}

function mostLikely({ space }: Pick<SearchContext, "space">, logits: readonly ArrayLike<number>[]): Supports {
  return space.groups.map(({ candidates, sparsity }, group) => {
    const values = logits[group]!;
    const order = candidates.map((_, index) => index).sort((a, b) => values[b]! - values[a]! || a - b);
    return order.slice(0, sparsity).sort((a, b) => a - b);
  });
}
