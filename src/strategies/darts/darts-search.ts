/**
 * @file Search by mixed operations (Liu et al. 2019, "DARTS: differentiable architecture search", algorithm 1): every candidate is computed, multiplied by its
 * softmax of the logits; each step moves the logits on a batch of the second half and then the weights on one of the first. What has the largest
 * logits in the end is kept.
 */
import type { Supports } from "../../choice/index.ts";
import { allCandidates } from "../../network/index.ts";
import {
  CandidateLogits,
  type LogitsState,
  type MixedLearner,
  type MixedOptions,
  type MixedPrograms,
  MixedSearch,
  type MixedState,
  type MixedStep,
  type SearchContext,
  type SearchResult,
  type SelectedGroup,
} from "../../search/index.ts";
import {
  ArchitectureStep,
  type ArchitectureStepResult,
  type TrainingBatch,
  WeightStep,
  type WeightStepOptions,
} from "../../train/index.ts";
import { SecondOrder } from "./second-order.ts";

export interface DartsOptions extends MixedOptions {
  /** Rate of Adam on the logits. */
  readonly logitRate: number;
  /** 1: the weights are taken as they are; 2: one step ahead. */
  readonly order: number;
}

interface Programs {
  readonly architectureStep: ArchitectureStep;
  readonly weightStep: WeightStep;
  readonly secondOrder: SecondOrder | null;
}

/** Mixed operations. */
export function mixedStepOptions(options: DartsOptions): WeightStepOptions {
  return { ...options, labelSmoothing: 0, auxiliaryWeight: 0, mixture: true, dropPath: false };
}

/** Gradient by the logits of what is a function of their softmax: the Jacobian is diag(p) - p p'. */
export function throughSoftmax(probabilities: readonly number[], gradients: ArrayLike<number>): readonly number[] {
  const along = probabilities.reduce((sum, probability, index) => sum + probability * gradients[index]!, 0);
  return probabilities.map((probability, index) => probability * (gradients[index]! - along));
}

export class DartsSearch extends MixedSearch {
  /** `context.batches`: two halves, the first of which trains the weights and the second moves the logits. */
  constructor(context: SearchContext, options: DartsOptions, from: MixedState | null) {
    super(context, options, new DartsLearner(context, options, from), from);
  }
}

class DartsLearner implements MixedLearner {
  readonly #context: SearchContext;
  readonly #options: DartsOptions;
  readonly #logits: CandidateLogits;

  constructor(context: SearchContext, options: DartsOptions, from: LogitsState | null) {
    const { space, streams } = context;
    this.#context = context;
    this.#options = options;
    this.#logits = new CandidateLogits({ groups: space.groups, streams, rate: options.logitRate }, from);
  }

  get kept(): Supports {
    return this.#logits.mostLikely;
  }

  state(): LogitsState {
    return this.#logits.state();
  }

  describe(supports: Supports, before: Supports, isOver: boolean): readonly SelectedGroup[] {
    return this.#logits.describe(supports, before, isOver);
  }

  result(supports: Supports): Pick<SearchResult, "mixture" | "details" | "remarks"> {
    const mixture = this.#logits.probabilities.map((group, index) =>
      Float64Array.from(supports[index]!, (candidate) => group[candidate]!),
    );
    return { mixture, details: {}, remarks: [] };
  }

  async compile(): Promise<MixedPrograms> {
    const { device, space, maxLoss } = this.#context;
    const { batch, recompute, accumulate, order } = this.#options;
    const build = space.network(allCandidates(space.groups));
    const options = { ...mixedStepOptions(this.#options), maxLoss };
    const ofFirst = { batch, updatesRunning: false, recompute, accumulate, maxLoss };
    const architectureStep = await ArchitectureStep.compile(device, build, ofFirst);
    const programs: Programs = {
      architectureStep,
      weightStep: await WeightStep.compile(device, build, options),
      secondOrder: order === 2 ? await SecondOrder.compile(device, build, options, architectureStep) : null,
    };
    return {
      step: async ({ take, learningRate }: MixedStep) => {
        const validation = await take(async (images) => images);
        return take((training) => this.#move(programs, training, validation, learningRate));
      },
      release: () => {
        architectureStep.release();
        programs.weightStep.release();
        programs.secondOrder?.release();
      },
    };
  }

  /** One step of the logits, and one of the weights with what they are then. */
  async #move(programs: Programs, training: TrainingBatch, validation: TrainingBatch, learningRate: number) {
    const { architectureStep, secondOrder, weightStep } = programs;
    const { probabilities } = this.#logits;
    const mixture = probabilities.map((group) => Float64Array.from(group));
    const steered: ArchitectureStepResult =
      secondOrder === null
        ? await architectureStep.run(validation, mixture)
        : await secondOrder.run({ training, validation, mixture, learningRate });
    this.#logits.step(probabilities.map((group, index) => throughSoftmax(group, steered.gradients[index]!)));
    const moved = this.#logits.probabilities.map((group) => Float64Array.from(group));
    return { steered, trained: await weightStep.run(training, { learningRate, mixture: moved }) };
  }
}
