/**
 * @file Two-stage ISTA-NAS, Algorithm 1: bi-level and first order. Within an epoch the supports stand still; each step moves
 * the measurements on one batch of the architecture's half (Adam) and then the weights on one batch of theirs (SGD). After
 * the epoch the codes are recovered. Where the published code differs: its architecture pass moves the running statistics and its
 * clipping counts the architecture's gradient; neither happens here. A candidate that left the support keeps its weights unmoved.
 */
import type { NetworkBuilder } from "../../network/index.ts";
import {
  type ArchitectureState,
  addBilevelStep,
  type BilevelSums,
  bilevelEpoch,
  CompressedArchitecture,
  type CompressionOptions,
  ExplorationLedger,
  type LedgerState,
  NO_BILEVEL_SUMS,
  premiseRemarks,
  type Search,
  type SearchContext,
  type SearchEvent,
  type SearchRun,
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
  type SgdOptions,
  type TrainingPlace,
  WeightStep,
} from "../../train/index.ts";

export interface TwoStageOptions extends SgdOptions {
  readonly epochs: number;
  readonly architecture: CompressionOptions;
}

/** Everything that the rest of a search depends on, as plain data, but for the persistent values of the device. */
export interface TwoStageState extends TrainingPlace {
  /** Over the steps of the epoch so far. */
  readonly sums: Readonly<BilevelSums>;
  readonly architecture: ArchitectureState;
  readonly ledger: LedgerState;
}

/** One search, from its beginning or from a state. */
export class TwoStageSearch implements Search<TwoStageState> {
  readonly #context: SearchContext;
  readonly #options: TwoStageOptions;
  readonly #architecture: CompressedArchitecture;
  readonly #ledger: ExplorationLedger;
  readonly #isResumed: boolean;
  #epoch: number;
  #step: number;
  #sums: BilevelSums;

  /** `context.batches`: two halves, the first of which trains the weights. `from`: a state of a search with this context and these options. */
  constructor(context: SearchContext, options: TwoStageOptions, from: TwoStageState | null = null) {
    this.#context = context;
    this.#options = options;
    this.#architecture = new CompressedArchitecture(context.space.groups, context.streams, options.architecture);
    if (from !== null) this.#architecture.restore(from.architecture);
    this.#ledger = new ExplorationLedger(context.space.groups, from?.ledger);
    this.#isResumed = from !== null;
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_BILEVEL_SUMS) };
  }

  state(): TwoStageState {
    return {
      epoch: this.#epoch,
      step: this.#step,
      sums: { ...this.#sums },
      architecture: this.#architecture.state(),
      ledger: this.#ledger.state(),
    };
  }

  async *run(): SearchRun {
    const { device, space, streams, batches, clock } = this.#context;
    const [weightBatches, architectureBatches] = batches as [BatchSource, BatchSource];
    const { epochs } = this.#options;
    const architecture = this.#architecture;
    const ledger = this.#ledger;
    const steps = Math.min(weightBatches.batchCount, architectureBatches.batchCount);
    const place = { epoch: this.#epoch, step: this.#step };
    const prefetch = new Prefetch(batchesInOrder([architectureBatches, weightBatches], epochs, steps, place), clock);
    if (!this.#isResumed) {
      initialiseWeights(device, superNetwork(space), streams);
      ledger.select(architecture.supports);
      yield selectionOf(0, architecture.describe(), ledger.exploration);
    }
    while (this.#epoch < epochs) {
      yield* this.#trainEpoch(prefetch, steps);
      ledger.countSteps(architecture.supports, steps);
      const groups = architecture.recover();
      ledger.select(architecture.supports);
      this.#epoch++;
      this.#step = 0;
      this.#sums = { ...NO_BILEVEL_SUMS };
      yield selectionOf(this.#epoch, groups, ledger.exploration);
    }
    const { supports } = architecture;
    const dictionaries = architecture.premises();
    const remarks = premiseRemarks(dictionaries, this.#options.architecture);
    const mixture = architecture.mixtureWeights();
    return { supports, mixture, exploration: ledger.exploration, details: { dictionaries }, remarks };
  }

  /** The steps of an epoch that are left, with the supports that it began with. */
  async *#trainEpoch(prefetch: Prefetch, steps: number): AsyncGenerator<SearchEvent, void> {
    const { device, space } = this.#context;
    const { epochs, batch, recompute, accumulate } = this.#options;
    const { maxLoss } = this.#context;
    const architecture = this.#architecture;
    const sums = this.#sums;
    const epoch = this.#epoch + 1;
    const build = space.network(architecture.supports);
    const stepOptions = { batch, updatesRunning: false, recompute, accumulate, maxLoss };
    const architectureStep = await ArchitectureStep.compile(device, build, stepOptions);
    const weightStep = await compileWeightStep(this.#context, build, this.#options);
    const learningRate = epochRate(this.#options, this.#epoch, epochs);
    while (this.#step < steps) {
      const steered = await prefetch.step((images) => architectureStep.run(images, architecture.mixtureWeights()));
      architecture.step(steered.gradients);
      const mixture = architecture.mixtureWeights();
      const trained = await prefetch.step((images) => weightStep.run(images, { learningRate, mixture }));
      addBilevelStep(sums, trained, steered);
      this.#step++;
      yield { kind: "search-step", epoch, epochs, step: this.#step, steps, loss: trained.loss };
    }
    architectureStep.release();
    weightStep.release();
    const stallSeconds = prefetch.takeStallSeconds();
    yield bilevelEpoch({ epoch, epochs, learningRate, stallSeconds, steps, batch }, sums);
  }
}

function compileWeightStep(
  { device, maxLoss }: SearchContext,
  build: NetworkBuilder,
  options: TwoStageOptions,
): Promise<WeightStep> {
  const regular = { labelSmoothing: 0, auxiliaryWeight: 0, mixture: true, dropPath: false };
  return WeightStep.compile(device, build, { ...options, ...regular, maxLoss });
}
