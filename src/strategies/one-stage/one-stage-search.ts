/**
 * @file One-stage ISTA-NAS, Algorithm 2: search under the target network's own depth, width and batch. One backward pass feeds both the
 * Adam step on the measurements and the SGD step on the weights. After each epoch the codes are recovered; a group whose
 * code stands still is frozen, and from then on the batch norms of its candidates train their scale and shift, which were held
 * at 1 and 0. When all groups are frozen, batch norm absorbs the mixture weights and the weights are those of the derived network.
 *
 * Where the published code differs: it keeps the multipliers, runs one more epoch after the last group froze, and lets freeze flags and
 * measurements of a rejected recovery live on; here everything that belongs to such a recovery goes back.
 */

import type { ChoiceGroup } from "../../choice/index.ts";
import type { ParameterSpec } from "../../network/index.ts";
import {
  type ArchitectureState,
  type CompressedArchitecture,
  type CompressionOptions,
  ExplorationLedger,
  isWithin,
  type LedgerState,
  premiseRemarks,
  type Search,
  type SearchContext,
  type SearchEvent,
  type SearchResult,
  type SelectedGroup,
  type SelectionEvent,
  type SizeLimits,
  selectionOf,
  sizeOf,
  superNetwork,
  weightEpoch,
} from "../../search/index.ts";
import {
  addStep,
  batchesInOrder,
  initialiseWeights,
  NO_TRAINING_SUMS,
  Prefetch,
  type SgdOptions,
  type TrainingPlace,
  type TrainingSums,
  WeightStep,
  warmedUp,
} from "../../train/index.ts";
import { type FreezeOptions, FreezeRule } from "./freeze-rule.ts";
import { type OneStageDetails, oneStageRemarks } from "./one-stage-remarks.ts";

export interface OneStageOptions extends Omit<SgdOptions, "finalLearningRate"> {
  /** Bound of the search: groups that still move then are frozen as they are. */
  readonly maxEpochs: number;
  /** Constant while the search goes on, as published, once it has warmed up. */
  readonly learningRate: number;
  readonly labelSmoothing: number;
  readonly auxiliaryWeight: number;
  readonly architecture: CompressionOptions;
  readonly freeze: FreezeOptions;
  readonly limits: SizeLimits;
  /**
   * How much dearer an expensive candidate is to the sparse code: the l1 weight of a candidate is multiplied by 1 + this times its
   * parameters over the mean of its group. Default 0.
   */
  readonly costWeight: number;
}

/** Everything that the rest of a search depends on, as plain data, but for the persistent values of the device. */
export interface OneStageState extends TrainingPlace {
  /** Over the steps of the epoch so far. */
  readonly sums: Readonly<TrainingSums>;
  readonly architecture: ArchitectureState;
  /** The architecture when the epoch began: where a rejected recovery goes back to. */
  readonly epochStart: ArchitectureState;
  readonly ledger: LedgerState;
  /** For each group the epochs in a row that it has stood still for, and the epoch after which it was frozen. */
  readonly quiet: readonly number[];
  readonly frozenAt: readonly (number | null)[];
}

/** One search, from its beginning or from a state. */
export class OneStageSearch implements Search<OneStageState> {
  readonly #context: SearchContext;
  readonly #architecture: CompressedArchitecture;
  readonly #options: OneStageOptions;
  readonly #ledger: ExplorationLedger;
  readonly #rule: FreezeRule;
  readonly #frozenAt: (number | null)[];
  readonly #isResumed: boolean;
  #epochStart: ArchitectureState;
  #epoch: number;
  #step: number;
  #sums: TrainingSums;

  /**
   * `architecture` as `drawArchitecture` makes it. `from`: a state of a search with this context and these options; the device then holds
   * the values that it held.
   */
  constructor(
    context: SearchContext,
    architecture: CompressedArchitecture,
    options: OneStageOptions,
    from: OneStageState | null = null,
  ) {
    const { groups } = context.space;
    this.#context = context;
    this.#options = options;
    this.#architecture = architecture;
    if (from !== null) architecture.restore(from.architecture);
    this.#ledger = new ExplorationLedger(context.space.groups, from?.ledger);
    this.#rule = new FreezeRule(from?.quiet ?? groups.map(() => 0), options.freeze);
    this.#frozenAt = [...(from?.frozenAt ?? groups.map(() => null))];
    this.#isResumed = from !== null;
    this.#epochStart = from?.epochStart ?? architecture.state();
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_TRAINING_SUMS) };
  }

  state(): OneStageState {
    return {
      epoch: this.#epoch,
      step: this.#step,
      sums: { ...this.#sums },
      architecture: this.#architecture.state(),
      epochStart: this.#epochStart,
      ledger: this.#ledger.state(),
      quiet: this.#rule.quiet,
      frozenAt: [...this.#frozenAt],
    };
  }

  /**
   * Runs the search once, on all training images. Afterwards the device holds the weights that go on, with the mixture weights that batch norm is to
   * absorb.
   */
  async *run(): AsyncGenerator<
    SearchEvent,
    SearchResult & { readonly details: OneStageDetails & Readonly<Record<string, unknown>> }
  > {
    const { device, space, streams, batches, clock } = this.#context;
    const weightBatches = batches[0]!;
    const architecture = this.#architecture;
    const ledger = this.#ledger;
    const epochs = this.#options.maxEpochs;
    const steps = weightBatches.batchCount;
    const place = { epoch: this.#epoch, step: this.#step };
    const prefetch = new Prefetch(batchesInOrder([weightBatches], epochs, steps, place), clock);
    if (!this.#isResumed) {
      initialiseWeights(device, superNetwork(space), streams);
      ledger.select(architecture.supports);
      yield selectionOf(0, architecture.describe(), ledger.exploration);
    }
    while (this.#epoch < epochs && architecture.frozen.includes(false)) {
      yield* this.#trainEpoch(prefetch, steps);
      ledger.countSteps(architecture.supports, steps);
      const recovery = this.#recover();
      this.#epoch++;
      this.#step = 0;
      this.#sums = { ...NO_TRAINING_SUMS };
      this.#epochStart = architecture.state();
      yield recovery;
    }
    return this.#result();
  }

  #result() {
    const { groups } = this.#context.space;
    const { frozen, supports } = this.#architecture;
    const mixture = this.#architecture.mixtureWeights();
    const { hasSettled = false } = this.#context;
    const frozenByBound = groups.flatMap(({ name }, group) => (frozen[group] || hasSettled ? [] : [name]));
    const details: OneStageDetails & Readonly<Record<string, unknown>> = {
      ...{ searchEpochs: this.#epoch, reachedBound: frozenByBound.length > 0, frozenByBound },
      frozenAt: Object.fromEntries(groups.map(({ name }, group) => [name, this.#frozenAt[group] ?? this.#epoch])),
      dictionaries: this.#architecture.premises(),
    };
    const { exploration } = this.#ledger;
    const remarks = [
      ...oneStageRemarks(groups, details, { supports, mixture, exploration }),
      ...premiseRemarks(details.dictionaries, this.#options.architecture),
    ];
    return { supports, mixture, exploration, details, remarks };
  }

  /** The steps of an epoch that are left, with the supports that it began with. */
  async *#trainEpoch(prefetch: Prefetch, steps: number): AsyncGenerator<SearchEvent, void> {
    const { device, space } = this.#context;
    const { maxEpochs: epochs, batch } = this.#options;
    const learningRate = warmedUp(this.#options.learningRate, this.#options.warmupEpochs, this.#epoch);
    const architecture = this.#architecture;
    const sums = this.#sums;
    const epoch = this.#epoch + 1;
    const step = await WeightStep.compile(device, space.network(architecture.supports), {
      ...this.#options,
      mixture: true,
      dropPath: false,
      returnsMixtureGradient: true,
      maxLoss: this.#context.maxLoss,
      isFrozen: affineOfMovingGroups(space.groups, architecture.frozen),
    });
    while (this.#step < steps) {
      const inputs = { learningRate, mixture: architecture.mixtureWeights() };
      const result = await prefetch.step((images) => step.run(images, inputs));
      architecture.step(result.mixtureGradient!);
      addStep(sums, result, steps);
      this.#step++;
      yield { kind: "search-step", epoch, epochs, step: this.#step, steps, loss: result.loss };
    }
    step.release();
    const stallSeconds = prefetch.takeStallSeconds();
    yield weightEpoch({ epoch, epochs, learningRate, stallSeconds, images: steps * batch }, sums);
  }

  /** One recovery, applied if it is within the limits; groups that then stand still are frozen. */
  #recover(): SelectionEvent {
    const { space } = this.#context;
    const architecture = this.#architecture;
    const epoch = this.#epoch + 1;
    const proposal = architecture.propose();
    const { limits } = this.#options;
    const size = sizeOf(space.network(proposal.supports), limits);
    const isAccepted = isWithin(size, limits);
    let groups: readonly SelectedGroup[];
    if (isAccepted) {
      groups = architecture.accept(proposal);
      this.#ledger.select(architecture.supports);
      for (const [group, { changed }] of groups.entries()) {
        if (architecture.frozen[group]) continue;
        const moved = { distance: proposal.distances[group]!, supportChanged: changed };
        if (!this.#rule.hasConverged(group, moved)) continue;
        this.#frozenAt[group] = epoch;
        architecture.freeze(group);
      }
    } else {
      architecture.restore(this.#epochStart);
      groups = architecture.describe();
    }
    const described = groups.map((group, index) => ({
      ...group,
      isFrozen: architecture.frozen[index]!,
      // ||z_new - z_last||_2, 0 for a group that was frozen before.
      figures: { ...group.figures, distance: proposal.distances[index]! },
    }));
    return { ...selectionOf(epoch, described, this.#ledger.exploration), isAccepted, figures: { ...size } };
  }
}

/** Scales and shifts of the candidates of groups that still move: they stay at 1 and 0. */
function affineOfMovingGroups(
  groups: readonly ChoiceGroup[],
  frozen: readonly boolean[],
): (parameter: ParameterSpec) => boolean {
  const moving = new Set(groups.flatMap(({ name }, index) => (frozen[index] ? [] : [name])));
  return ({ owner, role }) => owner !== null && moving.has(owner.group) && (role === "scale" || role === "shift");
}
