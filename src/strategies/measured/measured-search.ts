/**
 * @file Search by sparse coding of measured losses, with annealed sparsity. A path keeps some candidates of each group; the shared weights take a
 * step on it, and before that its loss on images of the other half is measured. Few candidates matter, so few measurements recover their effects:
 * z = argmin 1/2 |Phi z - y|^2 + lambda |z|_1, a row of Phi for each path, one where it keeps a candidate. After each round fewer candidates of each
 * group stay active; within a round all paths of active candidates are equally likely, so that what was measured early does not decide what is
 * measured next.
 */
import { type ChoiceGroup, randomSupports, type Supports } from "../../choice/index.ts";
import {
  ExplorationLedger,
  type LedgerState,
  type Search,
  type SearchContext,
  type SearchEvent,
  type SearchRun,
  type SelectionEvent,
  type SuperNetSgd,
  selectionOf,
  superNetwork,
} from "../../search/index.ts";
import type { PathEffects } from "../../sparse/index.ts";
import {
  type BatchSource,
  cosineRate,
  initialiseWeights,
  Prefetch,
  type TrainingBatch,
  type TrainingPlace,
  type WeightStepOptions,
} from "../../train/index.ts";
import { effectsOf, type MeasuredPath, strongest } from "./path-evidence.ts";
import { type Path, PathQueue, releasePath } from "./path-queue.ts";
import { activeAfter, roundsOf } from "./rounds.ts";

export interface MeasuredOptions extends SuperNetSgd {
  readonly epochs: number;
  readonly finalLearningRate: number;
  /** Steps that a path is held for. */
  readonly pathSteps: number;
  /** Share of their weight that measurements lose with every round that passes. */
  readonly forgetting: number;
}

interface MeasuredSums {
  weightLoss: number;
  weightCorrect: number;
  gradientNorm: number;
  measuredLoss: number;
  measuredCorrect: number;
  measured: number;
}

export interface MeasuredState extends TrainingPlace {
  readonly sums: Readonly<MeasuredSums>;
  /** Candidates of each group that paths may keep. */
  readonly active: Supports;
  /** What would be kept if the search ended here. */
  readonly supports: Supports;
  readonly paths: readonly MeasuredPath[];
  readonly ledger: LedgerState;
}

const NO_SUMS: Readonly<MeasuredSums> = {
  ...{ weightLoss: 0, weightCorrect: 0, gradientNorm: 0, measuredLoss: 0, measuredCorrect: 0, measured: 0 },
};

/** Of a round; before it the weights get used to the candidates that are left. */
const UNMEASURED_SHARE = 0.4;

/** Plain sums of what is kept: the code is measured, not trained. */
export function pathStepOptions(options: MeasuredOptions): WeightStepOptions {
  return { ...options, labelSmoothing: 0, auxiliaryWeight: 0, mixture: false, dropPath: false };
}

/** The path of that number in an epoch, each set of active candidates equally likely. */
export function drawPath(
  { space, streams }: Pick<SearchContext, "space" | "streams">,
  active: Supports,
  epoch: number,
  number: number,
): Supports {
  const stream = streams.stream(`measured/epoch/${epoch}/path/${number}`);
  const groups = space.groups.map((group, index): ChoiceGroup => {
    return { ...group, candidates: active[index]!.map((candidate) => group.candidates[candidate]!) };
  });
  return randomSupports(groups, stream).map((support, group) => support.map((index) => active[group]![index]!));
}

export class MeasuredSearch implements Search<MeasuredState> {
  readonly #context: SearchContext;
  readonly #options: MeasuredOptions;
  readonly #rounds: readonly number[];
  readonly #ledger: ExplorationLedger;
  readonly #paths: MeasuredPath[];
  readonly #isResumed: boolean;
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
    this.#rounds = roundsOf(options.epochs);
    this.#ledger = new ExplorationLedger(groups, from?.ledger);
    this.#paths = [...(from?.paths ?? [])];
    this.#isResumed = from !== null;
    this.#active = from?.active ?? allActive(groups);
    this.#supports = from?.supports ?? drawPath(context, this.#active, 0, 0);
    this.#epoch = from?.epoch ?? 0;
    this.#step = from?.step ?? 0;
    this.#sums = { ...(from?.sums ?? NO_SUMS) };
  }

  state(): MeasuredState {
    return {
      ...{ epoch: this.#epoch, step: this.#step, sums: { ...this.#sums }, active: this.#active },
      ...{ supports: this.#supports, paths: [...this.#paths], ledger: this.#ledger.state() },
    };
  }

  async *run(): SearchRun {
    const { device, space, streams, batches, clock, maxLoss } = this.#context;
    const { epochs } = this.#options;
    const steps = Math.min(...batches.map(({ batchCount }) => batchCount));
    const prefetch = new Prefetch(this.#batches(steps), clock);
    const queue = new PathQueue(device, space, { ...pathStepOptions(this.#options), maxLoss });
    if (!this.#isResumed) {
      initialiseWeights(device, superNetwork(space), streams);
      this.#ledger.select(this.#supports);
      yield this.#selection(null, this.#supports);
    }
    while (this.#epoch < epochs) {
      yield* this.#trainEpoch(prefetch, queue, steps);
      yield this.#recover();
    }
    return {
      ...{ supports: this.#supports, absorbed: null, exploration: this.#ledger.exploration },
      details: { measurements: this.#paths.length },
      remarks: [],
    };
  }

  /** The steps of an epoch that are left. */
  async *#trainEpoch(prefetch: Prefetch, queue: PathQueue, steps: number): AsyncGenerator<SearchEvent, void> {
    const { epochs, batch, pathSteps, finalLearningRate } = this.#options;
    const sums = this.#sums;
    const epoch = this.#epoch + 1;
    const learningRate = cosineRate(this.#options.learningRate, finalLearningRate, this.#epoch, epochs);
    while (this.#step < steps) {
      const path = this.#path(this.#step, steps);
      const { lossPass, weightStep } = await queue.take(path);
      this.#ledger.select(path.supports);
      const end = Math.min(steps, this.#step + pathSteps - (this.#step % pathSteps));
      if (lossPass !== null && this.#step % pathSteps === 0) {
        const { loss, correct } = await prefetch.step((images) => lossPass.run(images));
        const round = this.#rounds[this.#epoch]!;
        const hasLoss = Number.isFinite(loss);
        this.#paths.push({ round, kept: path.supports, loss: hasLoss ? loss : null });
        if (hasLoss) {
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
        sums.weightLoss += trained.loss;
        sums.weightCorrect += trained.correct;
        sums.gradientNorm += trained.gradientNorm;
        this.#ledger.countSteps(path.supports, 1);
        this.#step++;
        yield { kind: "search-step", epoch, epochs, step: this.#step, steps, loss: trained.loss };
      }
      releasePath({ lossPass, weightStep });
    }
    const isMeasured = sums.measured > 0;
    yield {
      ...{ kind: "search-epoch", epoch, epochs, learningRate },
      weightLoss: sums.weightLoss / steps,
      weightAccuracy: sums.weightCorrect / (steps * batch),
      gradientNorm: sums.gradientNorm / steps,
      architectureLoss: isMeasured ? sums.measuredLoss / sums.measured : null,
      architectureAccuracy: isMeasured ? sums.measuredCorrect / (sums.measured * batch) : null,
      stallSeconds: prefetch.takeStallSeconds(),
    };
  }

  /** Ends the epoch: the effects of all candidates by what was measured so far, and after a round fewer that stay active. */
  #recover(): SelectionEvent {
    const { groups } = this.#context.space;
    const effects = effectsOf(groups, this.#paths, this.#options.forgetting);
    const round = this.#rounds[this.#epoch]!;
    const before = this.#supports;
    if (effects !== null) {
      this.#supports = strongest(
        effects,
        this.#active,
        groups.map(({ sparsity }) => sparsity),
      );
      const isLastOfRound = this.#rounds[this.#epoch + 1] !== round;
      if (isLastOfRound) {
        const rounds = this.#rounds.at(-1)! + 1;
        const counts = groups.map(({ candidates, sparsity }) =>
          activeAfter(round, rounds, candidates.length, sparsity),
        );
        this.#active = strongest(effects, this.#active, counts);
      }
    }
    this.#ledger.select(this.#supports);
    this.#epoch++;
    this.#step = 0;
    this.#sums = { ...NO_SUMS };
    return this.#selection(effects, before);
  }

  #selection(effects: PathEffects | null, before: Supports): SelectionEvent {
    const selected = this.#context.space.groups.map(({ name, candidates, sparsity }, group) => {
      const support = this.#supports[group]!;
      const active = this.#active[group]!;
      return {
        ...{ group: name, support, values: effects?.effects[group] ?? null, weights: null },
        changed: support.join() !== before[group]!.join(),
        isFrozen: active.length === sparsity && this.#epoch === this.#options.epochs,
        figures: { active: active.length },
        vectors: { active: candidates.map((_, index) => Number(active.includes(index))) },
      };
    });
    const event = selectionOf(this.#epoch, selected, this.#ledger.exploration);
    const measurements = this.#paths.length;
    if (effects === null) return { ...event, figures: { measurements } };
    const { relativeResidual, l1Weight, dualityGap } = effects;
    return { ...event, figures: { measurements, relativeResidual, l1Weight, dualityGap } };
  }

  /** The path of a step of this epoch. */
  #path(step: number, steps: number): Path {
    const number = Math.floor(step / this.#options.pathSteps);
    const first = number * this.#options.pathSteps;
    const supports = drawPath(this.#context, this.#active, this.#epoch, number);
    return { supports, isMeasured: this.#isMeasured(this.#epoch, first, steps) };
  }

  /** Whether a path that begins here is measured. */
  #isMeasured(epoch: number, step: number, steps: number): boolean {
    const round = this.#rounds[epoch]!;
    const first = this.#rounds.indexOf(round);
    const count = this.#rounds.lastIndexOf(round) + 1 - first;
    return (epoch - first) * steps + step >= UNMEASURED_SHARE * count * steps;
  }

  /** The batches of all steps that are left: one that measures, where a measured path begins, and one that trains. */
  *#batches(steps: number): Generator<TrainingBatch> {
    const [training, measuring] = this.#context.batches as [BatchSource, BatchSource];
    const { epochs, pathSteps } = this.#options;
    for (let epoch = this.#epoch, step = this.#step; epoch < epochs; epoch++, step = 0) {
      for (; step < steps; step++) {
        if (step % pathSteps === 0 && this.#isMeasured(epoch, step, steps)) yield measuring.batch(epoch, step);
        yield training.batch(epoch, step);
      }
    }
  }
}

function allActive(groups: readonly ChoiceGroup[]): Supports {
  return groups.map(({ candidates }) => candidates.map((_, index) => index));
}
