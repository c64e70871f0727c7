/**
 * @file Trains a network: SGD with momentum, cosine or linear rate, clipping, drop path that grows linearly from 0, and
 * the auxiliary head, as the evaluation scripts of the DARTS family do it.
 */
import type { Device } from "../device/index.ts";
import type { NetworkBuilder } from "../network/index.ts";
import type { RandomStreams } from "../random/index.ts";
import { batchesInOrder, Prefetch, type TrainingPlace } from "./prefetch.ts";
import { epochRate, type Schedule } from "./schedule.ts";
import type { SgdOptions } from "./sgd-options.ts";
import type { StepEvent } from "./step-event.ts";
import type { BatchSource } from "./training-step.ts";
import { addStep, NO_TRAINING_SUMS, otherAccuracies, type TrainingSums } from "./training-sums.ts";
import { WeightStep } from "./weight-step.ts";
import { initialiseWeights } from "./weights.ts";

export interface RetrainOptions extends SgdOptions {
  readonly epochs: number;
  readonly labelSmoothing: number;
  readonly auxiliaryWeight: number;
  /** Drop path probability that the last epoch comes close to. */
  readonly dropPathRate: number;
  /** How the rate goes down. Default: `cosine`. */
  readonly schedule?: Schedule | undefined;
}

export type RetrainEvent =
  | StepEvent<"retrain-step">
  | {
      readonly kind: "retrain-epoch";
      /** From 1. */
      readonly epoch: number;
      readonly epochs: number;
      readonly learningRate: number;
      /** Mean over the epoch's batches, augmented and regularised as trained. */
      readonly loss: number;
      readonly accuracy: number;
      /** Of the other tasks of the network. Missing where there is one task. */
      readonly otherAccuracies?: readonly number[];
      readonly gradientNorm: number;
      /** Seconds in which a step could have run, but its batch was not ready. */
      readonly stallSeconds: number;
    };

/** Everything that the rest of a training depends on, as plain data, but for the persistent values of the device. */
export interface TrainerState extends TrainingPlace {
  /** Over the steps of the epoch so far. */
  readonly sums: Readonly<TrainingSums>;
}

export interface TrainerInputs {
  readonly device: Device;
  readonly build: NetworkBuilder;
  readonly batches: BatchSource;
  readonly streams: RandomStreams;
  readonly options: RetrainOptions;
  /** In seconds, never going back: it measures, and decides nothing. */
  readonly clock: () => number;
}

/** One training; its weights are on the device under the network's names. */
export class Trainer {
  readonly #inputs: TrainerInputs;
  readonly #from: "scratch" | "present" | TrainerState;
  #epochs: number;
  #epoch: number;
  #step: number;
  #sums: TrainingSums;

  /**
   * `from`: `scratch` draws initial values, `present` begins with the weights that the device holds; a state of a training with these
   * inputs goes on from there, and the device holds the values that it held.
   */
  constructor(inputs: TrainerInputs, from: "scratch" | "present" | TrainerState) {
    this.#inputs = inputs;
    this.#from = from;
    this.#epochs = inputs.options.epochs;
    const { epoch, step, sums } = typeof from === "string" ? { epoch: 0, step: 0, sums: NO_TRAINING_SUMS } : from;
    this.#epoch = epoch;
    this.#step = step;
    this.#sums = { ...sums };
  }

  /** Where the training stands: after an event that `run` yielded, what the rest of it depends on. */
  state(): TrainerState {
    return { epoch: this.#epoch, step: this.#step, sums: { ...this.#sums } };
  }

  /**
   * Changes how many epochs the training has, from the next one on: after an epoch that `run` yielded. Rate and drop path go on from where that epoch
   * stands among so many. No fewer than are over.
   */
  changeEpochs(epochs: number): void {
    this.#epochs = Math.max(epochs, this.#epoch);
  }

  /**
   * Trains once.
   * @throws E_TRAIN_DIVERGED when the loss is not finite.
   */
  async *run(): AsyncGenerator<RetrainEvent, void> {
    const { device, build, batches, streams, options, clock } = this.#inputs;
    const { batch, dropPathRate } = options;
    const step = await WeightStep.compile(device, build, {
      ...options,
      mixture: false,
      dropPath: dropPathRate > 0,
    });
    if (this.#from === "scratch") initialiseWeights(device, step.network, streams);
    const steps = batches.batchCount;
    const place = { epoch: this.#epoch, step: this.#step };
    // How many epochs there are may change while the last of them goes on.
    const prefetch = new Prefetch(batchesInOrder([batches], Number.POSITIVE_INFINITY, steps, place), clock);
    while (this.#epoch < this.#epochs) {
      const epochs = this.#epochs;
      const learningRate = epochRate(options, this.#epoch, epochs);
      const epoch = this.#epoch + 1;
      while (this.#step < steps) {
        const stream = streams.stream(`drop-path/${this.#epoch}/${this.#step}`);
        const dropPath = { rate: (dropPathRate * this.#epoch) / epochs, stream };
        const inputs = { learningRate, mixture: null, dropPath };
        const result = await prefetch.step((images) => step.run(images, inputs));
        addStep(this.#sums, result, steps);
        this.#step++;
        yield { kind: "retrain-step", epoch, epochs, step: this.#step, steps, loss: result.loss };
      }
      const { loss, correct, gradientNorm } = this.#sums;
      const accuracy = correct / (steps * batch);
      const others = otherAccuracies(this.#sums, steps * batch);
      const stallSeconds = prefetch.takeStallSeconds();
      this.#epoch++;
      this.#step = 0;
      this.#sums = { ...NO_TRAINING_SUMS };
      const figures = { learningRate, loss, accuracy, ...others, gradientNorm, stallSeconds };
      yield { kind: "retrain-epoch", epoch, epochs, ...figures };
    }
    step.release();
  }
}
