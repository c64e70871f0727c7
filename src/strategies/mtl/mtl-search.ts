/**
 * @file Search by gates that end open or shut (Gao et al. 2020, "MTL-NAS: Task-agnostic neural architecture search towards general-purpose multi-task
 * learning", section 3.3): each step moves the logits of the gates on a batch of the second half, by a loss that has their entropy beside it, and then the
 * weights on one of the first, with gates that are drawn, the harder the longer the search has gone on. What the gates are at the end, open or shut, is the
 * network that was trained, so it keeps its weights and is not trained again.
 *
 * The published code trains the 1x1 convolutions of the fusions at 100 times the rate of backbones that come trained; here nothing comes trained, and all
 * weights have one rate.
 */
import type { Supports } from "../../choice/index.ts";
import { countOf } from "../../count-of.ts";
import { allCandidates, type Gate, type SearchedSpace } from "../../network/index.ts";
import {
  addBilevelStep,
  type BilevelSums,
  bilevelEpoch,
  ExplorationLedger,
  type LedgerState,
  type LogitsState,
  NO_BILEVEL_SUMS,
  type Search,
  type SearchContext,
  type SearchEvent,
  type SearchResult,
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
  type TrainingBatch,
  type TrainingPlace,
  WeightStep,
  type WeightStepOptions,
} from "../../train/index.ts";
import { GateLogits } from "./gate-logits.ts";

export interface MtlOptions extends SuperNetSgd {
  readonly labelSmoothing: number;
  readonly auxiliaryWeight: number;
  readonly finalLearningRate: number;
  readonly epochs: number;
  /** Rate of Adam on the logits. */
  readonly logitRate: number;
  /** What the mean entropy of the gates is multiplied by in the loss that moves them. */
  readonly entropyWeight: number;
  /** What the mean of the gates, each by what it costs, is multiplied by there. */
  readonly gatePrice: number;
}

/** Plain data. */
export interface MtlState extends TrainingPlace, LogitsState {
  readonly sums: Readonly<BilevelSums>;
  readonly supports: Supports;
  readonly ledger: LedgerState;
}

interface Programs {
  readonly architectureStep: ArchitectureStep;
  readonly weightStep: WeightStep;
}

/** Gates between these are neither open nor shut: what was trained with them in part is kept whole or dropped. */
const [SHUT, OPEN] = [0.1, 0.9];

/** Weight steps with gates. */
export function gatedStepOptions(options: MtlOptions): WeightStepOptions {
  return { ...options, mixture: true, dropPath: false };
}

/** The gates of a space that has such. */
export function gatesOf({ gates }: Pick<SearchedSpace, "gates">): readonly Gate[] {
  return gates!;
}

/** Of the samples of a step: from 1 down to 0, as published. `share`: of the search that is over. */
function temperatureAt(share: number): number {
  return (1 - share) ** 2;
}

export class MtlSearch implements Search<MtlState> {
  readonly #context: SearchContext;
  readonly #options: MtlOptions;
  readonly #ledger: ExplorationLedger;
  readonly #logits: GateLogits;
  readonly #isResumed: boolean;
  #supports: Supports;
  #epoch: number;
  #step: number;
  #sums: BilevelSums;

  /** `context.batches`: two halves, the first of which trains the weights and the second moves the logits. */
  constructor(context: SearchContext, options: MtlOptions, from: MtlState | null) {
    const { groups } = context.space;
    const { logitRate: rate, entropyWeight, gatePrice } = options;
    this.#context = context;
    this.#options = options;
    this.#ledger = new ExplorationLedger(groups, from?.ledger);
    this.#logits = new GateLogits({ groups, gates: gatesOf(context.space), rate, entropyWeight, gatePrice }, from);
    this.#isResumed = from !== null;
    this.#supports = from?.supports ?? this.#logits.hard;
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_BILEVEL_SUMS) };
  }

  state(): MtlState {
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
    return this.#result();
  }

  #result(): SearchResult {
    const { probabilities, meanEntropy } = this.#logits;
    const gates = gatesOf(this.#context.space);
    const openGates = this.#supports.filter(([kept], group) => kept === gates[group]!.open).length;
    const undecided = probabilities.filter((probability) => probability > SHUT && probability < OPEN).length;
    const remarks =
      undecided === 0
        ? []
        : [
            `${undecided} of ${countOf(gates.length, "gate")} ended neither open nor shut, between ${SHUT} and ${OPEN}: raise --entropy-weight or --logit-rate, or let the search have more epochs`,
          ];
    return {
      ...{ supports: this.#supports, mixture: null, exploration: this.#ledger.exploration },
      ...{ details: { openGates, undecidedGates: undecided, meanEntropy }, remarks },
    };
  }

  /** The epochs that are left. */
  async *#trainEpochs(prefetch: Prefetch, steps: number): AsyncGenerator<SearchEvent, void> {
    const programs = await this.#compile();
    try {
      while (this.#epoch < this.#options.epochs) {
        yield* this.#trainEpoch(prefetch, programs, steps);
        const before = this.#supports;
        this.#supports = this.#logits.hard;
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
      const steered = await prefetch.step((images) => programs.architectureStep.run(images, this.#logits.soft));
      this.#logits.step(steered.gradients);
      const temperature = temperatureAt((this.#epoch * steps + this.#step) / (epochs * steps));
      const stream = this.#context.streams.stream(`mtl/epoch/${this.#epoch}/step/${this.#step}`);
      const mixture = this.#logits.sample(temperature, stream);
      const trained = await prefetch.step((images: TrainingBatch) =>
        programs.weightStep.run(images, { learningRate, mixture }),
      );
      addBilevelStep(sums, trained, steered);
      this.#ledger.countSteps(all, 1);
      yield { kind: "search-step", epoch, epochs, step: this.#step++, steps, loss: trained.loss };
    }
    const stallSeconds = prefetch.takeStallSeconds();
    yield bilevelEpoch({ epoch, epochs, learningRate, stallSeconds, steps, batch }, sums);
  }

  async #compile(): Promise<Programs> {
    const { device, space, maxLoss } = this.#context;
    const { batch, recompute, accumulate } = this.#options;
    const build = space.network(allCandidates(space.groups));
    return {
      architectureStep: await ArchitectureStep.compile(device, build, {
        ...{ batch, updatesRunning: false, recompute, accumulate, maxLoss },
      }),
      weightStep: await WeightStep.compile(device, build, { ...gatedStepOptions(this.#options), maxLoss }),
    };
  }

  #selection(before: Supports): SelectionEvent {
    const { epochs } = this.#options;
    const groups = this.#logits.describe(this.#supports, before, this.#epoch === epochs);
    const event = selectionOf(this.#epoch, groups, this.#ledger.exploration);
    const temperature = temperatureAt(this.#epoch / epochs);
    return { ...event, figures: { temperature, entropy: this.#logits.meanEntropy } };
  }
}
