/**
 * @file Random architectures, each trained by itself on one half of the images and judged by its loss on the other, the better half of them trained on:
 * what a search with shared weights has to beat at equal cost.
 */
import type { Supports } from "../../choice/index.ts";
import type { NetworkBuilder } from "../../network/index.ts";
import {
  drawAnother,
  ExplorationLedger,
  type LedgerState,
  plainSelection,
  type Search,
  type SearchContext,
  type SearchEvent,
  type SearchRun,
  type SelectionEvent,
  type SizeLimits,
  type SuperNetSgd,
  superNetwork,
  weightEpoch,
} from "../../search/index.ts";
import {
  addStep,
  type BatchSource,
  cosineRate,
  initialiseWeights,
  LossPass,
  NO_TRAINING_SUMS,
  Prefetch,
  type TrainingBatch,
  type TrainingPlace,
  type TrainingSums,
  WeightStep,
  type WeightStepOptions,
} from "../../train/index.ts";
import { Halving, type HalvingState, type HalvingStep } from "./halving.ts";

export interface HalvingOptions extends SuperNetSgd {
  readonly epochs: number;
  readonly finalLearningRate: number;
  readonly entrants: number;
  readonly rungs: number;
  readonly limits: SizeLimits;
}

/** Plain data. */
export interface HalvingSearchState extends TrainingPlace {
  readonly sums: Readonly<TrainingSums>;
  readonly drawn: readonly Supports[];
  readonly halving: HalvingState;
  readonly supports: Supports;
  readonly ledger: LedgerState;
}

/** Of the other half, that judge an entrant after its turn. */
const JUDGING_BATCHES = 8;

export function aloneStepOptions(options: HalvingOptions): WeightStepOptions {
  return { ...options, labelSmoothing: 0, auxiliaryWeight: 0, mixture: false, dropPath: false };
}

/** Different architectures within the limits, fewer where a small space has no more. Throws `E_SEARCH_LIMITS` if none is. */
export function drawEntrants(
  context: Pick<SearchContext, "space" | "streams">,
  { limits }: HalvingOptions,
  count: number,
): readonly Supports[] {
  const drawn: Supports[] = [];
  while (drawn.length < count) {
    const stream = context.streams.stream(`successive-halving/entrant/${drawn.length}`);
    const another = drawAnother({ context, limits, stream, known: drawn });
    if (another === null) break;
    drawn.push(another);
  }
  return drawn;
}

export class HalvingSearch implements Search<HalvingSearchState> {
  readonly #context: SearchContext;
  readonly #options: HalvingOptions;
  readonly #ledger: ExplorationLedger;
  readonly #steps: number;
  readonly #drawn: readonly Supports[];
  readonly #halving: Halving;
  readonly #isResumed: boolean;
  #supports: Supports;
  #epoch: number;
  #step: number;
  #sums: TrainingSums;
  #weightStep: WeightStep | null = null;

  /** `context.batches`: two halves, the first of which trains and the second judges. */
  constructor(context: SearchContext, options: HalvingOptions, from: HalvingSearchState | null) {
    this.#context = context;
    this.#options = options;
    this.#ledger = new ExplorationLedger(context.space.groups, from?.ledger);
    this.#steps = Math.min(...context.batches.map(({ batchCount }) => batchCount));
    const { entrants, rungs } = options;
    const plan = Halving.plan({ entrants, rungs, steps: options.epochs * this.#steps });
    this.#drawn = from?.drawn ?? drawEntrants(context, options, plan.entrants);
    // Once it has begun, other epochs are too late for its shares.
    this.#halving = new Halving({ ...plan, entrants: this.#drawn.length }, from?.halving ?? null);
    this.#isResumed = from !== null;
    this.#supports = from?.supports ?? this.#drawn[0]!;
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_TRAINING_SUMS) };
  }

  state(): HalvingSearchState {
    return {
      ...{ epoch: this.#epoch, step: this.#step, sums: { ...this.#sums }, drawn: this.#drawn },
      ...{ halving: this.#halving.state(), supports: this.#supports, ledger: this.#ledger.state() },
    };
  }

  async *run(): SearchRun {
    const { device, space, streams, batches, clock } = this.#context;
    const { epochs } = this.#options;
    const [training] = batches;
    const prefetch = new Prefetch(
      turnBatches(() => this.#halving.next, training!, this.#steps),
      clock,
    );
    if (!this.#isResumed) {
      initialiseWeights(device, superNetwork(space), streams);
      this.#ledger.select(this.#supports);
      yield this.#selection(this.#supports);
    }
    while (this.#epoch < epochs) {
      if (this.#step === this.#steps) {
        yield this.#epochEvent(prefetch);
        yield this.#endEpoch(this.#epoch + 1);
      } else if (this.#halving.next === null) yield this.#endEpoch(epochs);
      else yield await this.#takeStep(this.#halving.next, prefetch);
    }
    this.#weightStep?.release();
    const { exploration } = this.#ledger;
    const details = { entrants: this.#drawn.length };
    return { supports: this.#supports, mixture: null, exploration, details, remarks: [] };
  }

  async #takeStep({ entrant, step, steps, before }: HalvingStep, prefetch: Prefetch): Promise<SearchEvent> {
    const { device, streams, maxLoss } = this.#context;
    const { epochs, learningRate, finalLearningRate } = this.#options;
    const supports = this.#drawn[entrant]!;
    const build = this.#network(entrant);
    this.#weightStep ??= await WeightStep.compile(device, build, { ...aloneStepOptions(this.#options), maxLoss });
    const weightStep = this.#weightStep;
    if (before + step === 0) initialiseWeights(device, weightStep.network, streams);
    if (step === 0) this.#ledger.select(supports);
    // As if it came to the end: a rate of its own for each turn would fall and rise again.
    const rate = cosineRate(learningRate, finalLearningRate, before + step, this.#halving.longest);
    const trained = await prefetch.step((images) => weightStep.run(images, { learningRate: rate, mixture: null }));
    const isOver = step + 1 === steps;
    this.#halving.take(isOver ? await this.#judge(build) : null);
    if (isOver) {
      weightStep.release();
      this.#weightStep = null;
    }
    addStep(this.#sums, trained, this.#steps);
    this.#ledger.countSteps(supports, 1);
    return {
      ...{ kind: "search-step", epoch: this.#epoch + 1, epochs, step: this.#step++ },
      ...{ steps: this.#steps, loss: trained.loss },
    };
  }

  /** Its loss on images that train nothing; null if it is not finite. */
  async #judge(build: NetworkBuilder): Promise<number | null> {
    const { device, batches } = this.#context;
    const judging = batches[1]!;
    const count = Math.min(JUDGING_BATCHES, judging.batchCount);
    const pass = await LossPass.compile(device, build, this.#options.batch, "running");
    let sum = 0;
    for (let index = 0; index < count; index++) sum += (await pass.run(judging.batch(0, index))).loss;
    pass.release();
    return Number.isFinite(sum) ? sum / count : null;
  }

  /** Every entrant has values of its own. */
  #network(entrant: number): NetworkBuilder {
    const build = this.#context.space.network(this.#drawn[entrant]!);
    return (pass) => build({ ...pass, prefix: `entrant/${entrant}/` });
  }

  #epochEvent(prefetch: Prefetch): SearchEvent {
    const { epochs, learningRate, batch } = this.#options;
    const stallSeconds = prefetch.takeStallSeconds();
    const images = this.#steps * batch;
    return weightEpoch({ epoch: this.#epoch + 1, epochs, learningRate, stallSeconds, images }, this.#sums);
  }

  #endEpoch(epoch: number): SelectionEvent {
    const before = this.#supports;
    this.#supports = this.#drawn[this.#halving.best]!;
    this.#ledger.select(this.#supports);
    this.#epoch = epoch;
    this.#step = 0;
    this.#sums = { ...NO_TRAINING_SUMS };
    return this.#selection(before);
  }

  #selection(before: Supports): SelectionEvent {
    const isOver = this.#epoch === this.#options.epochs;
    const now = { epoch: this.#epoch, supports: this.#supports, before, isOver };
    const { exploration } = this.#ledger;
    const event = plainSelection(this.#context.space.groups, { ...now, exploration });
    return { ...event, figures: { entrants: this.#drawn.length, left: this.#halving.left } };
  }
}

/**
 * The batches of all steps that are left; every entrant sees the same ones. `next` is looked at one step late: a batch is made while the step before it
 * computes.
 */
function* turnBatches(next: () => HalvingStep | null, source: BatchSource, steps: number): Generator<TrainingBatch> {
  const first = next();
  let place = first === null ? null : first.before + first.step;
  while (place !== null) {
    yield source.batch(Math.floor(place / steps), place % steps);
    place = next()?.following ?? null;
  }
}
