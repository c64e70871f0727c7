/**
 * @file A super-net that is trained on random paths, and then ranks architectures: each one's batch norm is calibrated anew, for statistics of all
 * paths together fit none of them, and its loss is measured on images that train no weights. Which ones are ranked, a contest says.
 */
import { type ChoiceGroup, randomSupports, type Supports } from "../choice/index.ts";
import type { RandomStream } from "../random/index.ts";
import {
  addStep,
  type BatchSource,
  Divergence,
  epochRate,
  initialiseWeights,
  LossPass,
  NO_TRAINING_SUMS,
  otherAccuracies,
  Prefetch,
  recalibrate,
  type StepResult,
  type TrainingBatch,
  type TrainingPlace,
  type TrainingSums,
  type WeightStepOptions,
} from "../train/index.ts";
import { byScore, type Contest, type Entry } from "./contest.ts";
import { drawWithinLimits } from "./draw-within-limits.ts";
import { ExplorationLedger, type LedgerState } from "./exploration-ledger.ts";
import type { PathQueue } from "./path-queue.ts";
import { plainSelection } from "./plain-selection.ts";
import type { RankingOptions } from "./ranking-options.ts";
import type { Search, SearchContext, SearchRun } from "./search.ts";
import type { SearchEpochEvent, SearchEvent, SelectionEvent } from "./search-event.ts";
import type { SizeLimits } from "./size-limit.ts";
import { superNetwork } from "./super-network.ts";
import { type Path, releasePath, type WeightPrograms, weightPaths } from "./weight-paths.ts";

/** Of the epoch so far: of weight steps, or of what was ranked on the images that train weights; and of what scored it. */
interface RankingSums extends TrainingSums {
  scoredLoss: number;
  scoredCorrect: number;
  /** Ranked architectures whose losses were finite: all sums are over them. */
  scored: number;
}

interface RankingInProgress {
  /** Those before it. */
  readonly trainingEpochs: number;
  /** Architectures to rank in all, by the epochs as they were when it began: a contest depends on it. */
  readonly count: number;
  readonly entries: readonly Entry[];
}

/** Plain data. */
export interface RankingState extends TrainingPlace {
  readonly sums: Readonly<RankingSums>;
  /** What would be kept if the search ended here. */
  readonly supports: Supports;
  /** Null until the ranking begins. */
  readonly ranking: RankingInProgress | null;
  readonly ledger: LedgerState;
}

/** What a strategy adds to it. */
export interface RankingParts {
  /** Its name, in front of the names of its streams. */
  readonly kind: string;
  /** What a step trains; `progress`: share of the training that is over. Default: a uniform path. */
  draw?(groups: readonly ChoiceGroup[], stream: RandomStream, progress: number): Supports;
  /** `count`: architectures to rank. `entries`: those that were ranked already. */
  contest(context: SearchContext, count: number, entries: readonly Entry[]): Contest;
}

const NO_SUMS: Readonly<RankingSums> = { ...NO_TRAINING_SUMS, scoredLoss: 0, scoredCorrect: 0, scored: 0 };

/** Plain sums of what is kept. */
export function rankedStepOptions(options: RankingOptions): WeightStepOptions {
  return { ...options, labelSmoothing: 0, auxiliaryWeight: 0, mixture: false, dropPath: false };
}

/**
 * What such a search begins with, and ends with if it ranks nothing.
 * @throws E_SEARCH_LIMITS if no draw is within the limits
 */
export function firstRanked(
  { space, streams }: Pick<SearchContext, "space" | "streams">,
  kind: string,
  limits: SizeLimits,
): Supports {
  const network = (supports: Supports) => space.network(supports);
  return drawWithinLimits({ groups: space.groups, network, limits, stream: streams.stream(`${kind}/first`) });
}

export class RankingSearch implements Search<RankingState> {
  readonly #context: SearchContext;
  readonly #options: RankingOptions;
  readonly #parts: RankingParts;
  readonly #ledger: ExplorationLedger;
  readonly #isResumed: boolean;
  readonly #trainingEpochs: number;
  readonly #steps: number;
  readonly #count: number;
  #contest: Contest | null = null;
  #supports: Supports;
  #epoch: number;
  #step: number;
  #sums: RankingSums;

  /** `context.batches`: two halves, the first of which trains the weights and the second scores. */
  constructor(context: SearchContext, options: RankingOptions, parts: RankingParts, from: RankingState | null) {
    this.#context = context;
    this.#options = options;
    this.#parts = parts;
    this.#ledger = new ExplorationLedger(context.space.groups, from?.ledger);
    this.#isResumed = from !== null;
    // Once the ranking has begun, other epochs are too late for the super-net.
    this.#trainingEpochs = from?.ranking?.trainingEpochs ?? trainingEpochs(options);
    this.#steps = Math.min(...context.batches.map(({ batchCount }) => batchCount));
    this.#supports = from?.supports ?? firstRanked(context, parts.kind, options.limits);
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_SUMS) };
    this.#count = from?.ranking?.count ?? (options.epochs - this.#trainingEpochs) * this.#rankedInEpoch;
    if (from !== null && from.ranking !== null) this.#contest = this.#begin(from.ranking.entries);
  }

  state(): RankingState {
    return {
      ...{ epoch: this.#epoch, step: this.#step, sums: { ...this.#sums }, supports: this.#supports },
      ranking:
        this.#contest === null
          ? null
          : { trainingEpochs: this.#trainingEpochs, count: this.#count, entries: [...this.#contest.entries] },
      ledger: this.#ledger.state(),
    };
  }

  async *run(): SearchRun {
    const { device, space, streams, clock, maxLoss } = this.#context;
    const prefetch = new Prefetch(this.#batches(), clock);
    const queue = weightPaths(device, space, { ...rankedStepOptions(this.#options), maxLoss });
    if (!this.#isResumed) {
      initialiseWeights(device, superNetwork(space), streams);
      this.#ledger.select(this.#supports);
      yield this.#selection(this.#supports);
    }
    while (this.#epoch < this.#trainingEpochs) yield* this.#trainEpoch(prefetch, queue);
    this.#contest ??= this.#begin([]);
    const isOver = () => this.#contest!.next === null && this.#step === 0;
    while (this.#epoch < this.#options.epochs && !isOver()) yield* this.#rankEpoch(this.#contest);
    // A small space may have no more architectures to rank, and epochs that came later bring none.
    if (this.#epoch < this.#options.epochs) yield this.#endEpoch(this.#options.epochs, this.#supports);
    return {
      ...{ supports: this.#supports, mixture: null, exploration: this.#ledger.exploration },
      details: { ranked: this.#contest.entries.length },
      remarks:
        this.#contest.entries.length > 0
          ? []
          : ["one epoch is too few to rank anything after it: what was found was drawn at random"],
    };
  }

  /** The weight steps of an epoch that are left. */
  async *#trainEpoch(prefetch: Prefetch, queue: PathQueue<Path, WeightPrograms>): AsyncGenerator<SearchEvent, void> {
    const { epochs, pathSteps, batch } = this.#options;
    const steps = this.#steps;
    const learningRate = epochRate(this.#options, this.#epoch, this.#trainingEpochs);
    while (this.#step < steps) {
      const path = this.#path(this.#step);
      const programs = await queue.take(path);
      this.#ledger.select(path.supports);
      const end = Math.min(steps, this.#step + pathSteps - (this.#step % pathSteps));
      while (this.#step < end) {
        const trained = await prefetch.step((images) => {
          const running = programs.weightStep.run(images, { learningRate, mixture: null });
          if (this.#step + 1 === end && end < steps) queue.prepare(this.#path(end));
          return running;
        });
        addStep(this.#sums, trained, steps);
        this.#ledger.countSteps(path.supports, 1);
        const [epoch, step] = [this.#epoch + 1, this.#step++];
        yield { kind: "search-step", epoch, epochs, step, steps, loss: trained.loss };
      }
      releasePath(programs);
    }
    const { loss, correct, gradientNorm } = this.#sums;
    yield this.#epochEvent({
      ...{ learningRate, weightLoss: loss, weightAccuracy: correct / (steps * batch) },
      ...{ ...otherAccuracies(this.#sums, steps * batch), gradientNorm },
      ...{ architectureLoss: null, architectureAccuracy: null, stallSeconds: prefetch.takeStallSeconds() },
    });
    yield this.#endEpoch(this.#epoch + 1, this.#supports);
  }

  /** The architectures of an epoch that are left to rank. */
  async *#rankEpoch(contest: Contest): AsyncGenerator<SearchEvent, void> {
    const { epochs, batch, rankingBatches } = this.#options;
    const [training, scoring] = this.#context.batches.map((source) => firstBatches(source, rankingBatches));
    const count = this.#rankedInEpoch;
    while (this.#step < count && contest.next !== null) {
      const { supports, calibrated, scored } = await this.#rank(contest.next, training!, scoring!);
      this.#ledger.select(supports);
      const hasLoss = Number.isFinite(scored.loss) && Number.isFinite(calibrated.loss);
      contest.take(hasLoss ? scored.loss : null);
      if (hasLoss) {
        addStep(this.#sums, { ...calibrated, gradientNorm: 0 }, 1);
        this.#sums.scoredLoss += scored.loss;
        this.#sums.scoredCorrect += scored.correct;
        this.#sums.scored++;
      }
      const [epoch, step] = [this.#epoch + 1, this.#step++];
      yield { kind: "search-step", epoch, epochs, step, steps: count, loss: scored.loss };
    }
    const { loss, correct, scoredLoss, scoredCorrect, scored } = this.#sums;
    if (scored === 0) throw this.#divergence();
    const images = scored * rankingBatches * batch;
    yield this.#epochEvent({
      ...{ learningRate: 0, weightLoss: loss / scored, weightAccuracy: correct / images },
      ...{ ...otherAccuracies(this.#sums, images), gradientNorm: 0 },
      ...{ architectureLoss: scoredLoss / scored, architectureAccuracy: scoredCorrect / images, stallSeconds: 0 },
    });
    yield this.#endEpoch(this.#epoch + 1, byScore(contest.entries)[0]!.supports);
  }

  /** Which architecture, its loss on the batches that calibrate its batch norm, and then on those that score it. */
  async #rank(supports: Supports, training: readonly TrainingBatch[], scoring: readonly TrainingBatch[]) {
    const { device, space } = this.#context;
    const build = space.network(supports);
    const calibrated = await recalibrate(device, build, this.#options.batch, training);
    const pass = await LossPass.compile(device, build, this.#options.batch, "running");
    const scored: StepResult[] = [];
    for (const images of scoring) scored.push(await pass.run(images));
    pass.release();
    const loss = scored.reduce((sum, one) => sum + one.loss, 0) / scored.length;
    return { supports, calibrated, scored: { loss, correct: scored.reduce((sum, one) => sum + one.correct, 0) } };
  }

  /** Of weights with which no architecture computes anything. */
  #divergence(): Divergence {
    const { maxLoss } = this.#context;
    const nothing = { gradientNorm: null, learningRate: null, origin: null };
    return new Divergence({ what: "ranking of architectures", loss: Number.NaN, ...nothing, maxLoss });
  }

  #begin(entries: readonly Entry[]): Contest {
    return this.#parts.contest(this.#context, this.#count, entries);
  }

  /** As many passes as an epoch of training has steps. */
  get #rankedInEpoch(): number {
    return Math.max(1, Math.floor(this.#steps / (2 * this.#options.rankingBatches)));
  }

  #epochEvent(figures: Omit<SearchEpochEvent, "kind" | "epoch" | "epochs">): SearchEpochEvent {
    return { kind: "search-epoch", epoch: this.#epoch + 1, epochs: this.#options.epochs, ...figures };
  }

  #endEpoch(epoch: number, supports: Supports): SelectionEvent {
    const before = this.#supports;
    this.#supports = supports;
    this.#ledger.select(supports);
    this.#epoch = epoch;
    this.#step = 0;
    this.#sums = { ...NO_SUMS };
    return this.#selection(before);
  }

  #selection(before: Supports): SelectionEvent {
    const isOver = this.#epoch === this.#options.epochs;
    const now = { epoch: this.#epoch, supports: this.#supports, before, isOver };
    const { exploration } = this.#ledger;
    const event = plainSelection(this.#context.space.groups, { ...now, exploration });
    const entries = this.#contest?.entries ?? [];
    const best = byScore(entries)[0]?.score ?? null;
    return best === null ? event : { ...event, figures: { ranked: entries.length, leastLoss: best } };
  }

  #path(step: number): Path {
    const { space, streams } = this.#context;
    const number = Math.floor(step / this.#options.pathSteps);
    const { kind, draw = randomSupports } = this.#parts;
    const stream = streams.stream(`${kind}/epoch/${this.#epoch}/path/${number}`);
    const progress = (this.#epoch * this.#steps + step) / (this.#trainingEpochs * this.#steps);
    return { supports: draw(space.groups, stream, progress), isMeasured: false };
  }

  /** The batches of all weight steps that are left. */
  *#batches(): Generator<TrainingBatch> {
    const [training] = this.#context.batches;
    for (let epoch = this.#epoch, step = this.#step; epoch < this.#trainingEpochs; epoch++, step = 0) {
      for (; step < this.#steps; step++) yield training!.batch(epoch, step);
    }
  }
}

/** The rest of the epochs ranks; one at least each, where there are two. */
function trainingEpochs({ epochs, rankingShare }: RankingOptions): number {
  return epochs - Math.min(epochs - 1, Math.max(1, Math.round(rankingShare * epochs)));
}

/** The first batches of a source, of further epochs where one has too few. */
function firstBatches(source: BatchSource, count: number): readonly TrainingBatch[] {
  return Array.from({ length: count }, (_, index) => {
    return source.batch(Math.floor(index / source.batchCount), index % source.batchCount);
  });
}
