/**
 * @file Once-for-all (Cai et al. 2020): one set of weights is trained so that all sub-networks do well with their parts of it; some are measured, and a
 * predictor that is fitted to them chooses one for any limits. Nothing is trained for it any more: a search that is over, gone on with under other limits,
 * comes to another network.
 */
import type { Supports } from "../../choice/index.ts";
import { IstaNasError } from "../../error.ts";
import type { Nesting, SearchedSpace } from "../../network/index.ts";
import {
  ExplorationLedger,
  isWithin,
  type LedgerState,
  plainSelection,
  type Search,
  type SearchContext,
  type SearchEpochEvent,
  type SearchEvent,
  type SearchResult,
  type SearchRun,
  type SelectionEvent,
  type SizeLimits,
  superNetwork,
  weightEpoch,
} from "../../search/index.ts";
import { kendallTau } from "../../statistics/index.ts";
import {
  addStep,
  batchesInOrder,
  cosineRate,
  initialiseWeights,
  NO_TRAINING_SUMS,
  Prefetch,
  type TrainingPlace,
  type TrainingSums,
  WeightStep,
  type WeightStepOptions,
  warmedUp,
} from "../../train/index.ts";
import { AccuracyPredictor, type Measured } from "./accuracy-predictor.ts";
import { assertPossible, chooseSubNetwork } from "./choose-sub-network.ts";
import { CostTable } from "./cost-table.ts";
import { type ElasticOptions, ElasticTraining } from "./elastic-training.ts";
import { measureSubNetwork } from "./measure-sub-network.ts";
import { NestedChoices } from "./nested-choices.ts";
import { epochsOf, type Phase, phasesOf } from "./phases.ts";
import { SharedWeights } from "./shared-weights.ts";

export interface OnceForAllOptions extends ElasticOptions {
  readonly learningRate: number;
  readonly warmupEpochs?: number | undefined;
  readonly epochs: number;
  /** Share of the epochs in which sub-networks are measured. */
  readonly rankingShare: number;
  /** Batches that calibrate a sub-network's batch norm, and as many that measure it. */
  readonly rankingBatches: number;
  /** Of the sub-network that is chosen. */
  readonly limits: SizeLimits;
}

interface MeasuringInProgress {
  /** Those before it. */
  readonly trainingEpochs: number;
  /** Null for a sub-network whose loss was not finite. */
  readonly measured: readonly (Measured | null)[];
}

/** Of the epoch so far: of weight steps, or of what was measured on images that calibrate; and of what was measured on held-out ones. */
interface OnceForAllSums extends TrainingSums {
  heldOutLoss: number;
  heldOutCorrect: number;
  /** Sub-networks that were measured, or trained. */
  networks: number;
}

/** Plain data. */
export interface OnceForAllState extends TrainingPlace {
  readonly sums: Readonly<OnceForAllSums>;
  /** The phase that the shared weights are in. */
  readonly phase: number;
  readonly supports: Supports;
  /** Null until it begins. */
  readonly measuring: MeasuringInProgress | null;
  readonly ledger: LedgerState;
}

type NestedSpace = SearchedSpace & { readonly nesting: Nesting };

const NO_SUMS: Readonly<OnceForAllSums> = { ...NO_TRAINING_SUMS, heldOutLoss: 0, heldOutCorrect: 0, networks: 0 };
/** Batches that calibrate the batch norms of what is handed over. */
const FINAL_BATCHES = 16;

/** Throws `E_USAGE_PART` for a space whose networks are not parts of one another. */
export function asNested(space: SearchedSpace): NestedSpace {
  const { nesting } = space;
  if (nesting !== undefined) return { ...space, nesting };
  throw new IstaNasError(
    "strategy once-for-all: got a space whose networks are not parts of one another, expected one with a nesting",
    {
      code: "E_USAGE_PART",
      kind: "usage",
      hint: "add --space mobile, or take another strategy",
    },
  );
}

/**
 * The largest network if it is within the limits, else the smallest.
 * @throws E_SEARCH_LIMITS if that is beyond them, too
 */
export function firstSubNetwork(space: NestedSpace, limits: SizeLimits): Supports {
  const choices = new NestedChoices(space.nesting);
  const costs = new CostTable(space, choices, limits);
  assertPossible(choices, costs, limits);
  const [largest, smallest] = [choices.largest, choices.smallest].map((one) => choices.supportsOf(one));
  return isWithin(costs.sizeOf(largest!), limits) ? largest! : smallest!;
}

export class OnceForAllSearch implements Search<OnceForAllState> {
  readonly #context: SearchContext;
  readonly #space: NestedSpace;
  readonly #options: OnceForAllOptions;
  readonly #ledger: ExplorationLedger;
  readonly #choices: NestedChoices;
  readonly #phases: readonly Phase[];
  readonly #shared: SharedWeights;
  readonly #training: ElasticTraining;
  readonly #isResumed: boolean;
  readonly #steps: number;
  readonly #trainingEpochs: number;
  readonly #measured: (Measured | null)[];
  #isMeasuring: boolean;
  #chosen: Supports | null = null;
  #phase: number;
  #supports: Supports;
  #epoch: number;
  #step: number;
  #sums: OnceForAllSums;

  /** `context.batches`: the images that train the weights, and those held out, that measure sub-networks. */
  constructor(context: SearchContext, options: OnceForAllOptions, from: OnceForAllState | null) {
    const space = asNested(context.space);
    this.#context = context;
    this.#space = space;
    this.#options = options;
    this.#choices = new NestedChoices(space.nesting);
    this.#phases = phasesOf(this.#choices);
    this.#shared = new SharedWeights(space);
    this.#training = new ElasticTraining(context, options, this.#shared, this.#choices);
    this.#ledger = new ExplorationLedger(space.groups, from?.ledger);
    this.#isResumed = from !== null;
    this.#steps = Math.min(...context.batches.map(({ batchCount }) => batchCount));
    // Once measuring has begun, other epochs are too late for the weights.
    this.#trainingEpochs = from?.measuring?.trainingEpochs ?? trainingEpochs(options);
    this.#isMeasuring = (from?.measuring ?? null) !== null;
    this.#measured = [...(from?.measuring?.measured ?? [])];
    this.#phase = from?.phase ?? 0;
    this.#supports = from?.supports ?? firstSubNetwork(space, options.limits);
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_SUMS) };
  }

  state(): OnceForAllState {
    const trainingEpochs = this.#trainingEpochs;
    return {
      ...{
        epoch: this.#epoch,
        step: this.#step,
        sums: { ...this.#sums },
        phase: this.#phase,
        supports: this.#supports,
      },
      measuring: this.#isMeasuring ? { trainingEpochs, measured: [...this.#measured] } : null,
      ledger: this.#ledger.state(),
    };
  }

  async *run(): SearchRun {
    const { device, streams, clock, batches } = this.#context;
    if (!this.#isResumed) {
      initialiseWeights(device, superNetwork(this.#space), streams);
      this.#shared.initialiseMatrices(device);
      this.#ledger.select(this.#supports);
      yield this.#selection(this.#supports);
    }
    const place = { epoch: this.#epoch, step: this.#step };
    const ahead = batchesInOrder(batches.slice(0, 1), this.#trainingEpochs, this.#steps, place);
    const prefetch = new Prefetch(ahead, clock);
    while (this.#epoch < this.#trainingEpochs) yield* this.#trainEpoch(prefetch);
    this.#training.release();
    this.#isMeasuring = true;
    while (this.#epoch < this.#options.epochs) yield* this.#measureEpoch();
    const chosen = this.#choose();
    if (chosen.join("/") !== this.#supports.join("/")) {
      // The limits are others than those that the search ended with.
      yield this.#select(chosen);
    }
    return this.#result();
  }

  async *#trainEpoch(prefetch: Prefetch): AsyncGenerator<SearchEvent, void> {
    const { epochs, batch } = this.#options;
    const ranges = epochsOf(this.#phases, this.#trainingEpochs);
    const current = Math.max(
      this.#phase,
      ranges.findIndex(({ end }) => this.#epoch < end),
    );
    for (; this.#phase < current; this.#phase++) {
      this.#training.enter(this.#phases[this.#phase + 1]!, this.#phases[this.#phase]!, this.#phase === 0);
    }
    const { rate, networks } = this.#phases[current]!;
    const { first, end } = ranges[current]!;
    const ofPhase = cosineRate(rate * this.#options.learningRate, 0, this.#epoch - first, Math.max(1, end - first));
    const learningRate = warmedUp(ofPhase, this.#options.warmupEpochs, this.#epoch);
    const steps = this.#steps;
    const whole = current === 0 ? await this.#wholeStep() : null;
    while (this.#step < steps) {
      const drawn = this.#drawn(this.#step);
      const next = this.#step + 1 < steps ? this.#drawn(this.#step + 1)[0]! : null;
      for (const supports of drawn) this.#ledger.select(supports);
      const result = await prefetch.step((images) =>
        whole === null
          ? this.#training.step({ batch: images, networks: drawn, next, learningRate })
          : whole.run(images, { learningRate, mixture: null }),
      );
      addStep(this.#sums, result, steps);
      this.#sums.networks += drawn.length;
      for (const supports of drawn) this.#ledger.countSteps(supports, 1);
      const [epoch, step] = [this.#epoch + 1, this.#step++];
      yield { kind: "search-step", epoch, epochs, step, steps, loss: result.loss };
    }
    whole?.release();
    const stallSeconds = prefetch.takeStallSeconds();
    const images = steps * networks * batch;
    yield weightEpoch({ epoch: this.#epoch + 1, epochs, learningRate, stallSeconds, images }, this.#sums);
    yield this.#endEpoch(this.#supports);
  }

  /** The sub-networks of an epoch that are left to measure. */
  async *#measureEpoch(): AsyncGenerator<SearchEvent, void> {
    const { epochs, batch, rankingBatches } = this.#options;
    // No epoch has more steps than one of training.
    const count = Math.max(1, Math.min(this.#steps, Math.floor((2 * this.#steps) / rankingBatches)));
    while (this.#step < count) {
      const supports = this.#candidate(this.#measured.length);
      const { calibrated, heldOut } = await this.#measure(supports, rankingBatches);
      this.#ledger.select(supports);
      const hasLoss = Number.isFinite(calibrated.loss) && Number.isFinite(heldOut.loss);
      const accuracy = heldOut.correct / (rankingBatches * batch);
      this.#measured.push(hasLoss ? { supports, accuracy } : null);
      if (hasLoss) {
        addStep(this.#sums, { ...calibrated, gradientNorm: 0 }, 1);
        this.#sums.heldOutLoss += heldOut.loss;
        this.#sums.heldOutCorrect += heldOut.correct;
        this.#sums.networks++;
      }
      const [epoch, step] = [this.#epoch + 1, this.#step++];
      yield { kind: "search-step", epoch, epochs, step, steps: count, loss: heldOut.loss };
    }
    yield this.#measuredEpoch();
    yield this.#endEpoch(this.#epoch + 1 === epochs ? this.#choose() : this.#supports);
  }

  /** Means over what was measured. */
  #measuredEpoch(): SearchEpochEvent {
    const { loss, correct, heldOutLoss, heldOutCorrect, networks } = this.#sums;
    const images = Math.max(1, networks) * this.#options.rankingBatches * this.#options.batch;
    return {
      ...{ kind: "search-epoch", epoch: this.#epoch + 1, epochs: this.#options.epochs, learningRate: 0 },
      ...{ weightLoss: loss / Math.max(1, networks), weightAccuracy: correct / images, gradientNorm: 0 },
      ...{ architectureLoss: heldOutLoss / Math.max(1, networks), architectureAccuracy: heldOutCorrect / images },
      stallSeconds: 0,
    };
  }

  /** What is handed over: its own weights, and statistics of its own. */
  async #result(): Promise<SearchResult> {
    const { batch, rankingBatches } = this.#options;
    const { heldOut } = await this.#measure(this.#supports, FINAL_BATCHES);
    const predictor = this.#predictor();
    const measured = this.#usable();
    const ends = epochsOf(this.#phases, this.#trainingEpochs);
    const epochs = this.#phases.map(({ name }, index) => [name, ends[index]!.end - ends[index]!.first] as const);
    const accuracies = measured.map(({ accuracy }) => accuracy);
    const details = {
      measured: measured.length,
      phaseEpochs: Object.fromEntries(epochs),
      heldOutAccuracy: heldOut.correct / (rankingBatches * batch),
      predictedAccuracy: predictor?.predict(this.#supports) ?? null,
      predictorTau: predictor === null ? null : kendallTau(predictor.leftOut, accuracies),
    };
    return {
      ...{ supports: this.#supports, mixture: null, exploration: this.#ledger.exploration, details },
      remarks:
        predictor === null
          ? ["too few epochs to measure sub-networks: what was chosen is the first within the limits"]
          : [],
    };
  }

  /** `calibrating`: batches for its batch norms. */
  #measure(supports: Supports, calibrating: number) {
    const { device, batches } = this.#context;
    this.#shared.settle(device, supports);
    const [training, heldOut] = batches;
    const { batch, rankingBatches } = this.#options;
    return measureSubNetwork(
      { device, build: this.#space.network(supports), batch },
      { source: training!, count: calibrating },
      { source: heldOut!, count: rankingBatches },
    );
  }

  /** Once all that is measured has been. */
  #choose(): Supports {
    this.#chosen ??= this.#evolve();
    return this.#chosen;
  }

  #evolve(): Supports {
    const predictor = this.#predictor();
    const { limits } = this.#options;
    if (predictor === null) return firstSubNetwork(this.#space, limits);
    const [choices, stream] = [this.#choices, this.#context.streams.stream("once-for-all/evolution")];
    return chooseSubNetwork({ choices, predictor, costs: new CostTable(this.#space, choices, limits), limits, stream });
  }

  /** Null where there is nothing to fit it to. */
  #predictor(): AccuracyPredictor | null {
    const measured = this.#usable();
    return measured.length < 2 ? null : new AccuracyPredictor(this.#space.nesting, measured);
  }

  #usable(): readonly Measured[] {
    return this.#measured.filter((one) => one !== null);
  }

  /** The largest, the smallest, and then any. */
  #candidate(number: number): Supports {
    const choices = this.#choices;
    const stream = this.#context.streams.stream(`once-for-all/measured/${number}`);
    const extremes = [choices.largest, choices.smallest];
    return choices.supportsOf(extremes[number] ?? choices.draw(choices.all, stream));
  }

  /** Of a step: the sub-networks that train. */
  #drawn(step: number): readonly Supports[] {
    const { elasticity, networks } = this.#phases[this.#phase]!;
    const stream = this.#context.streams.stream(`once-for-all/epoch/${this.#epoch}/step/${step}`);
    return Array.from({ length: networks }, () => this.#choices.supportsOf(this.#choices.draw(elasticity, stream)));
  }

  #wholeStep(): Promise<WeightStep> {
    const { device, maxLoss } = this.#context;
    const build = this.#space.network(this.#choices.supportsOf(this.#choices.largest));
    return WeightStep.compile(device, build, { ...wholeStepOptions(this.#options), maxLoss });
  }

  #endEpoch(supports: Supports): SelectionEvent {
    this.#epoch++;
    this.#step = 0;
    this.#sums = { ...NO_SUMS };
    return this.#select(supports);
  }

  #select(supports: Supports): SelectionEvent {
    const before = this.#supports;
    this.#supports = supports;
    this.#ledger.select(supports);
    return this.#selection(before);
  }

  #selection(before: Supports): SelectionEvent {
    const isOver = this.#epoch === this.#options.epochs;
    const now = { epoch: this.#epoch, supports: this.#supports, before, isOver };
    const event = plainSelection(this.#space.groups, { ...now, exploration: this.#ledger.exploration });
    return this.#measured.length === 0 ? event : { ...event, figures: { measured: this.#measured.length } };
  }
}

/** Of the steps that train the largest network. */
export function wholeStepOptions(options: ElasticOptions): WeightStepOptions {
  return { ...options, mixture: false, dropPath: false };
}

/** The rest of the epochs measures; one at least each, where there are two. */
function trainingEpochs({ epochs, rankingShare }: OnceForAllOptions): number {
  return epochs - Math.min(epochs - 1, Math.max(1, Math.round(rankingShare * epochs)));
}
