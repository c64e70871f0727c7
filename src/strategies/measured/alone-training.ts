/** @file Trains what a local search asks for, a step at a time: each architecture by itself, from the same first weights and on the same images. */
import type { Supports } from "../../choice/index.ts";
import type { SearchContext } from "../../search/index.ts";
import {
  type BatchSource,
  cosineRate,
  initialiseWeights,
  type Prefetch,
  type TrainingBatch,
  WeightStep,
  type WeightStepOptions,
  type WeightStepResult,
} from "../../train/index.ts";
import type { LocalSearch, NextStep } from "./local-search.ts";

export interface AloneRates {
  readonly learningRate: number;
  readonly finalLearningRate: number;
}

/** A step that was taken. */
export interface AloneStep {
  readonly supports: Supports;
  /** Whether the training of the architecture began with it. */
  readonly isFirst: boolean;
  readonly trained: WeightStepResult;
}

export class AloneTraining {
  readonly #context: SearchContext;
  readonly #options: WeightStepOptions & AloneRates;
  readonly #search: LocalSearch;
  #weightStep: WeightStep | null = null;

  constructor(context: SearchContext, options: WeightStepOptions & AloneRates, search: LocalSearch) {
    this.#context = context;
    this.#options = options;
    this.#search = search;
  }

  /** The next step, a cosine rate over each training; null once the local search is over. */
  async step(prefetch: Prefetch): Promise<AloneStep | null> {
    const { device, streams } = this.#context;
    const space = this.#context.proxy ?? this.#context.space;
    const { learningRate: rate, finalLearningRate } = this.#options;
    const { next } = this.#search;
    if (next === null) return null;
    this.#weightStep ??= await WeightStep.compile(device, space.network(next.supports), this.#options);
    const weightStep = this.#weightStep;
    const isFirst = next.step === 0;
    if (isFirst) initialiseWeights(device, weightStep.network, streams);
    const learningRate = cosineRate(rate, finalLearningRate, next.step, next.steps);
    const trained = await prefetch.step((images) => weightStep.run(images, { learningRate, mixture: null }));
    this.#search.take(trained.loss);
    if (next.step + 1 === next.steps) {
      weightStep.release();
      this.#weightStep = null;
    }
    return { supports: next.supports, isFirst, trained };
  }
}

/**
 * The batches of all steps that are left, of the source's first epochs for every training. `next`: what is trained next, looked at one step late: a
 * batch is made while the step before it computes.
 */
export function* aloneBatches(
  next: () => NextStep | null,
  source: BatchSource,
  steps: number,
): Generator<TrainingBatch> {
  let step = next()?.step ?? 0;
  for (;;) {
    yield source.batch(Math.floor(step / steps), step % steps);
    const now = next();
    if (now === null) return;
    step = step + 1 === now.steps ? 0 : step + 1;
  }
}
