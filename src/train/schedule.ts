/** @file Learning rates, by epoch: initial at epoch 0, towards final after the last one, along a cosine or a line; warm-up before. */
import { exactCos } from "../random/index.ts";
import type { SgdOptions } from "./sgd-options.ts";

/** `linear`: as published for ImageNet. */
export const SCHEDULES = ["cosine", "linear"] as const;

export type Schedule = (typeof SCHEDULES)[number];

/** Epochs at the end of a linear schedule whose slope is gentler. */
const GENTLE_EPOCHS = 5;

type RateOptions = Pick<SgdOptions, "learningRate" | "finalLearningRate" | "warmupEpochs"> & {
  readonly schedule?: Schedule | undefined;
};

/** The rate of `epoch` (from 0) out of `epochs`: what the schedule says, less of it while it warms up. */
export function epochRate(options: RateOptions, epoch: number, epochs: number): number {
  const { learningRate, finalLearningRate, warmupEpochs, schedule = "cosine" } = options;
  const scheduled = (schedule === "cosine" ? cosineRate : linearRate)(learningRate, finalLearningRate, epoch, epochs);
  return warmedUp(scheduled, warmupEpochs, epoch);
}

/** The share (epoch + 1) / warmupEpochs of a rate, all of it from then on: the first epoch trains at a rate above 0. */
export function warmedUp(rate: number, warmupEpochs: number | undefined, epoch: number): number {
  return warmupEpochs === undefined || epoch + 1 >= warmupEpochs ? rate : (rate * (epoch + 1)) / warmupEpochs;
}

/**
 * Learning rate of `epoch` (from 0) out of `epochs`: final + (initial - final) (1 + cos(pi epoch / epochs)) / 2. The step is
 * taken after the epoch, so epoch 0 trains at the initial rate; the published two-stage code steps before it and loses that one.
 */
export function cosineRate(initial: number, final: number, epoch: number, epochs: number): number {
  return final + ((initial - final) * (1 + exactCos((Math.PI * epoch) / epochs))) / 2;
}

/**
 * Linear from initial at epoch 0, as the published evaluation on ImageNet has it: the last five epochs share what the one before them leaves, for an equal
 * step there would be large beside the rate. Of fewer than ten epochs that is the last half.
 */
export function linearRate(initial: number, final: number, epoch: number, epochs: number): number {
  const gentle = Math.min(GENTLE_EPOCHS, Math.floor(epochs / 2));
  const steep = epochs - gentle;
  const share = epoch < steep ? (steep - epoch) / steep : (epochs - epoch) / (steep * gentle);
  return final + (initial - final) * share;
}
