/**
 * @file Trains a network from scratch: SGD with momentum, cosine rate, clipping, drop path that grows linearly from 0, and
 * the auxiliary head, as the evaluation scripts of the DARTS family do it.
 */
import type { Device } from "../device/index.ts";
import { buildNetwork, type CellStructures, type Network, type NetworkSpec } from "../network/index.ts";
import type { RandomStreams } from "../random/index.ts";
import { batchesInOrder, Prefetch } from "./prefetch.ts";
import { cosineRate } from "./schedule.ts";
import type { BatchSource } from "./training-step.ts";
import { WeightStep } from "./weight-step.ts";
import { initialiseWeights } from "./weights.ts";

export interface RetrainOptions {
  readonly epochs: number;
  readonly batch: number;
  /** Rate of the first epoch. */
  readonly learningRate: number;
  /** Rate that the cosine ends in, 0 as published. */
  readonly finalLearningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
  /** Compute the inside of each cell a second time in the backward pass, rather than keep it: less memory, same bits. */
  readonly recompute: boolean;
  readonly labelSmoothing: number;
  readonly auxiliaryWeight: number;
  /** Drop path probability that the last epoch comes close to. */
  readonly dropPathRate: number;
}

export type RetrainEvent =
  | {
      readonly kind: "retrain-step";
      readonly epoch: number;
      readonly epochs: number;
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
    }
  | {
      readonly kind: "retrain-epoch";
      /** From 1. */
      readonly epoch: number;
      readonly epochs: number;
      readonly learningRate: number;
      /** Mean over the epoch's batches, augmented and regularised as trained. */
      readonly loss: number;
      readonly accuracy: number;
      readonly gradientNorm: number;
      /** Seconds in which a step could have run, but its batch was not ready. */
      readonly stallSeconds: number;
    };

/**
 * Trains on from the weights that the device holds under the network's names.
 * @param clock in seconds, never going back: it measures, and decides nothing.
 * @returns the training network, whose lists name what to read from the device.
 * @throws E_TRAIN_DIVERGED when the loss is not finite.
 */
export async function* trainOn(
  device: Device,
  spec: NetworkSpec,
  structures: CellStructures,
  batches: BatchSource,
  streams: RandomStreams,
  options: RetrainOptions,
  clock: () => number,
): AsyncGenerator<RetrainEvent, Network> {
  const { epochs, batch, dropPathRate } = options;
  const step = await WeightStep.compile(device, spec, structures, {
    ...options,
    edgeWeights: false,
    dropPath: dropPathRate > 0,
  });
  const steps = batches.batchCount;
  const prefetch = new Prefetch(batchesInOrder([batches], epochs, steps), clock);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const learningRate = cosineRate(options.learningRate, options.finalLearningRate, epoch, epochs);
    let [loss, correct, gradientNorm] = [0, 0, 0];
    for (let index = 0; index < steps; index++) {
      const stream = streams.stream(`drop-path/${epoch}/${index}`);
      const dropPath = { rate: (dropPathRate * epoch) / epochs, stream };
      const result = await prefetch.step((batch) => step.run(batch, { learningRate, edgeWeights: null, dropPath }));
      loss += result.loss / steps;
      correct += result.correct;
      gradientNorm += result.gradientNorm / steps;
      yield { kind: "retrain-step", epoch: epoch + 1, epochs, step: index + 1, steps, loss: result.loss };
    }
    const accuracy = correct / (steps * batch);
    const stallSeconds = prefetch.takeStallSeconds();
    yield { kind: "retrain-epoch", epoch: epoch + 1, epochs, learningRate, loss, accuracy, gradientNorm, stallSeconds };
  }
  step.release();
  return step.network;
}

/**
 * Trains from the initial values of `streams`; the weights end up on the device under the network's names.
 * @param clock in seconds, never going back: it measures, and decides nothing.
 * @returns the training network, whose lists name what to read from the device.
 * @throws E_TRAIN_DIVERGED when the loss is not finite.
 */
export async function* retrain(
  device: Device,
  spec: NetworkSpec,
  structures: CellStructures,
  batches: BatchSource,
  streams: RandomStreams,
  options: RetrainOptions,
  clock: () => number,
): AsyncGenerator<RetrainEvent, Network> {
  const mode = { kind: "train", updatesRunning: true } as const;
  const network = buildNetwork(spec, structures, { mode, batch: 1, edgeWeights: false, dropPath: false });
  initialiseWeights(device, network, streams);
  return yield* trainOn(device, spec, structures, batches, streams, options, clock);
}
