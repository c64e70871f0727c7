/**
 * @file Search by sparse coding of measured losses, with annealed sparsity. A path keeps some candidates of each group; the shared weights take a
 * step on it, and before that its loss on images of the other half is measured. Few candidates matter, so few measurements recover their effects:
 * z = argmin 1/2 |Phi z - y|^2 + lambda |z|_1, a row of Phi for each path, one where it keeps a candidate. After each round fewer candidates of each
 * group stay active; within a round all paths of active candidates are equally likely, so that what was measured early does not decide what is
 * measured next. A share of the epochs may be left for a last round, in which likely architectures are trained alone.
 */
import type { Supports } from "../../choice/index.ts";
import { allCandidates } from "../../network/index.ts";
import {
  drawPath,
  ExplorationLedger,
  type Path,
  type PathQueue,
  releasePath,
  type Search,
  type SearchContext,
  type SearchEpochEvent,
  type SearchEvent,
  type SearchRun,
  type SelectionEvent,
  selectionOf,
  superNetwork,
  type WeightPrograms,
  weightPaths,
} from "../../search/index.ts";
import type { PathEffects } from "../../sparse/index.ts";
import {
  addOther,
  type BatchSource,
  epochRate,
  initialiseWeights,
  otherAccuracies,
  Prefetch,
  type TrainingBatch,
  type WeightStepOptions,
  type WeightStepResult,
} from "../../train/index.ts";
import { AloneTraining, aloneBatches } from "./alone-training.ts";
import type { Evidence } from "./evidence.ts";
import { firstPath, pathStream } from "./first-path.ts";
import { LocalSearch } from "./local-search.ts";
import { type MeasuredOptions, type MeasuredState, type MeasuredSums, NO_SUMS } from "./measured-state.ts";
import { PathEvidence } from "./path-evidence.ts";
import { ProbingEvidence } from "./probing-evidence.ts";
import { activeAfter, isMeasured, roundsOf, superNetEpochs } from "./rounds.ts";
import { selectedGroups } from "./selected-groups.ts";
import { bestSupports, scoreOf, stayActive } from "./supports-by-effects.ts";

/** Plain sums of what is kept: the code is measured, not trained. */
export function pathStepOptions(options: MeasuredOptions): WeightStepOptions {
  return { ...options, labelSmoothing: 0, auxiliaryWeight: 0, mixture: false, dropPath: false };
}

export class MeasuredSearch implements Search<MeasuredState> {
  readonly #context: SearchContext;
  readonly #options: MeasuredOptions;
  readonly #rounds: readonly number[];
  readonly #ledger: ExplorationLedger;
  readonly #evidence: Evidence;
  readonly #isResumed: boolean;
  readonly #superNetEpochs: number;
  #alone: LocalSearch | null = null;
  #active: Supports;
  #supports: Supports;
  #epoch: number;
  #step: number;
  #sums: MeasuredSums;

  /** `context.batches`: two halves, the first of which trains the weights and the second measures paths. */
  constructor(context: SearchContext, options: MeasuredOptions, from: MeasuredState | null = null) {
    const { groups } = context.space;
    this.#context = context;
    this.#options = options;
    const alone = from?.alone ?? null;
    // Once the last round has begun, other epochs are too late for the super-net.
    this.#superNetEpochs = alone?.superNetEpochs ?? superNetEpochs(options.epochs, options.finalRound);
    this.#rounds = roundsOf(this.#superNetEpochs, options.roundShares);
    this.#ledger = new ExplorationLedger(groups, from?.ledger);
    this.#evidence =
      options.evidence === "loss"
        ? new PathEvidence(groups, options.effectOrder, from?.paths ?? [])
        : new ProbingEvidence(context, options, from?.probed ?? []);
    this.#isResumed = from !== null;
    this.#active = from?.active ?? allCandidates(groups);
    this.#supports = from?.supports ?? firstPath(context);
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_SUMS) };
    if (alone !== null) this.#alone = new LocalSearch(groups, alone.search);
  }

  state(): MeasuredState {
    return {
      ...{ epoch: this.#epoch, step: this.#step, sums: { ...this.#sums }, active: this.#active },
      ...{ supports: this.#supports, ...this.#evidence.state(), ledger: this.#ledger.state() },
      alone: this.#alone === null ? null : { superNetEpochs: this.#superNetEpochs, search: this.#alone.state() },
    };
  }

  async *run(): SearchRun {
    const { device, space, streams, batches, clock, maxLoss } = this.#context;
    const { epochs } = this.#options;
    const steps = Math.min(...batches.map(({ batchCount }) => batchCount));
    const prefetch = new Prefetch(this.#batches(steps), clock);
    const queue = weightPaths(device, space, { ...pathStepOptions(this.#options), maxLoss });
    if (!this.#isResumed) {
      initialiseWeights(device, superNetwork(space), streams);
      this.#ledger.select(this.#supports);
      yield this.#selection(null, this.#supports);
    }
    try {
      while (this.#epoch < this.#superNetEpochs) {
        yield* this.#trainEpoch(prefetch, queue, steps);
        yield this.#recover();
      }
    } finally {
      this.#evidence.release();
    }
    if (this.#superNetEpochs < epochs) yield* this.#trainAlone(prefetch, steps);
    return {
      ...{ supports: this.#supports, mixture: null, exploration: this.#ledger.exploration },
      details: { measurements: this.#evidence.count },
      remarks: [],
    };
  }

  /** The steps of an epoch that are left. */
  async *#trainEpoch(
    prefetch: Prefetch,
    queue: PathQueue<Path, WeightPrograms>,
    steps: number,
  ): AsyncGenerator<SearchEvent, void> {
    const { epochs, pathSteps } = this.#options;
    const sums = this.#sums;
    const epoch = this.#epoch + 1;
    const learningRate = epochRate(this.#options, this.#epoch, this.#superNetEpochs);
    while (this.#step < steps) {
      const path = this.#path(this.#step, steps);
      const { lossPass, weightStep } = await queue.take(path);
      this.#ledger.select(path.supports);
      const end = this.#endOfPath(this.#step, steps);
      if (this.#step % pathSteps === 0 && this.#isMeasured(this.#epoch, this.#step, steps)) {
        const where = {
          ...{ kept: path.supports, active: this.#active, round: this.#rounds[this.#epoch]!, lossPass },
        };
        const { loss, correct } = await prefetch.step((images) => this.#evidence.measure(images, where));
        if (Number.isFinite(loss)) {
          sums.measuredLoss += loss;
          sums.measuredCorrect += correct;
          sums.measured++;
        }
      }
      while (this.#step < end) {
        const trained = await prefetch.step((images) => {
          const running = weightStep.run(images, { learningRate, mixture: null });
          if (this.#step + 1 === end && end < steps) queue.prepare(this.#path(end, steps));
          return running;
        });
        this.#count(trained, path.supports);
        yield { kind: "search-step", epoch, epochs, step: this.#step, steps, loss: trained.loss };
      }
      releasePath({ lossPass, weightStep });
    }
    yield this.#epochEvent(learningRate, steps, prefetch);
  }

  /** The last round: what was recovered and its neighbours, each by itself from its first weights. It ends early if none of them is better. */
  async *#trainAlone(prefetch: Prefetch, steps: number): AsyncGenerator<SearchEvent, void> {
    const { maxLoss } = this.#context;
    const { epochs, learningRate } = this.#options;
    this.#alone ??= this.#beginAlone();
    const alone = this.#alone;
    // Nothing more is measured.
    const effects = this.#evidence.effects(this.#options.forgetting, this.#active);
    const training = new AloneTraining(
      this.#context,
      { ...pathStepOptions(this.#options), ...this.#options, maxLoss },
      alone,
    );
    while (this.#epoch < epochs) {
      if (this.#step === steps) {
        yield this.#epochEvent(learningRate, steps, prefetch);
        yield this.#selectAlone(this.#epoch + 1, effects);
        continue;
      }
      const taken = await training.step(prefetch);
      if (taken === null) break;
      if (taken.isFirst) this.#ledger.select(taken.supports);
      this.#count(taken.trained, taken.supports);
      const { loss } = taken.trained;
      yield { kind: "search-step", epoch: this.#epoch + 1, epochs, step: this.#step, steps, loss };
    }
    if (this.#epoch < epochs) yield this.#selectAlone(epochs, effects);
  }

  #selectAlone(epoch: number, effects: PathEffects | null): SelectionEvent {
    const before = this.#supports;
    this.#supports = this.#alone!.best;
    this.#endEpoch(epoch);
    return this.#selection(effects, before);
  }

  /** Around what was recovered; the likeliest by all measurements alike: candidates that were given up early count too. */
  #beginAlone(): LocalSearch {
    const { batches, space } = this.#context;
    const epochs = this.#options.epochs - this.#superNetEpochs;
    const steps = epochs * Math.min(...batches.map(({ batchCount }) => batchCount));
    const effects = this.#evidence.effects(0, []);
    const likelihood = effects === null ? () => 0 : scoreOf(effects);
    return new LocalSearch(space.groups, { centre: this.#supports, steps, likelihood });
  }

  /** Takes note of a weight step. */
  #count(trained: WeightStepResult, supports: Supports): void {
    this.#sums.weightLoss += trained.loss;
    this.#sums.weightCorrect += trained.correct;
    addOther(this.#sums, trained);
    this.#sums.gradientNorm += trained.gradientNorm;
    this.#ledger.countSteps(supports, 1);
    this.#step++;
  }

  #epochEvent(learningRate: number, steps: number, prefetch: Prefetch): SearchEpochEvent {
    const { epochs, batch } = this.#options;
    const sums = this.#sums;
    const hasMeasured = sums.measured > 0;
    return {
      ...{ kind: "search-epoch", epoch: this.#epoch + 1, epochs, learningRate },
      weightLoss: sums.weightLoss / steps,
      weightAccuracy: sums.weightCorrect / (steps * batch),
      ...otherAccuracies(sums, steps * batch),
      gradientNorm: sums.gradientNorm / steps,
      architectureLoss: hasMeasured ? sums.measuredLoss / sums.measured : null,
      architectureAccuracy: hasMeasured ? sums.measuredCorrect / (sums.measured * batch) : null,
      stallSeconds: prefetch.takeStallSeconds(),
    };
  }

  #endEpoch(epoch: number): void {
    this.#ledger.select(this.#supports);
    this.#epoch = epoch;
    this.#step = 0;
    this.#sums = { ...NO_SUMS };
  }

  /** Ends the epoch: the effects of all candidates by what was measured so far, and after a round fewer that stay active. */
  #recover(): SelectionEvent {
    const { groups } = this.#context.space;
    const effects = this.#evidence.effects(this.#options.forgetting, this.#active);
    const round = this.#rounds[this.#epoch]!;
    const before = this.#supports;
    const isLastOfRound = this.#rounds[this.#epoch + 1] !== round;
    if (effects !== null) {
      this.#supports = bestSupports(
        effects,
        this.#active,
        groups.map(({ sparsity }) => sparsity),
      );
      if (isLastOfRound) {
        const rounds = this.#rounds.at(-1)! + 1;
        const counts = groups.map(({ candidates, sparsity }) =>
          activeAfter(round, rounds, candidates.length, sparsity),
        );
        this.#active = stayActive(effects, this.#active, counts, this.#supports);
      }
    }
    this.#endEpoch(this.#epoch + 1);
    const event = this.#selection(effects, before);
    const fit = effects === null || !isLastOfRound ? null : this.#evidence.fit(effects);
    return fit === null ? event : { ...event, fit };
  }

  #selection(effects: PathEffects | null, before: Supports): SelectionEvent {
    const { space } = this.#context;
    const groups = selectedGroups(space.groups, {
      ...{ supports: this.#supports, before, active: this.#active, effects: effects?.effects ?? null },
      isOver: this.#epoch === this.#options.epochs,
    });
    const event = selectionOf(this.#epoch, groups, this.#ledger.exploration);
    const measurements = this.#evidence.count;
    if (effects === null) return { ...event, figures: { measurements } };
    const { relativeResidual, l1Weight, dualityGap } = effects;
    return { ...event, figures: { measurements, relativeResidual, l1Weight, dualityGap } };
  }

  /** The path of a step of this epoch. */
  #path(step: number, steps: number): Path {
    const number = Math.floor(step / this.#options.pathSteps);
    const { space, streams } = this.#context;
    const supports = drawPath(space.groups, this.#active, pathStream(streams, this.#epoch, number));
    return { supports, isMeasured: this.#evidence.needsLossPass && this.#isMeasured(this.#epoch, step, steps) };
  }

  /** Whether the path of a step is. */
  #isMeasured(epoch: number, step: number, steps: number): boolean {
    const number = Math.floor(step / this.#options.pathSteps);
    const isDue = number % this.#evidence.interval === 0;
    return isDue && isMeasured(this.#rounds, epoch, this.#endOfPath(step, steps), steps);
  }

  /** The step before which another path begins than that of `step`. */
  #endOfPath(step: number, steps: number): number {
    const { pathSteps } = this.#options;
    return Math.min(steps, step + pathSteps - (step % pathSteps));
  }

  /** The batches of all steps that are left: one that measures, where a measured path begins, and one that trains. */
  *#batches(steps: number): Generator<TrainingBatch> {
    const [training, measuring] = this.#context.batches as [BatchSource, BatchSource];
    const { pathSteps } = this.#options;
    for (let epoch = this.#epoch, step = this.#step; epoch < this.#superNetEpochs; epoch++, step = 0) {
      for (; step < steps; step++) {
        const isFirst = step % pathSteps === 0;
        if (isFirst && this.#isMeasured(epoch, step, steps)) yield measuring.batch(epoch, step);
        yield training.batch(epoch, step);
      }
    }
    // Every architecture that is trained alone sees the same images.
    yield* aloneBatches(() => this.#alone?.next ?? null, training, steps);
  }
}
