/** @file How weights are trained, whoever does it: SGD with momentum under a cosine rate. */

export interface SgdOptions {
  readonly batch: number;
  /** Rate of the first epoch. */
  readonly learningRate: number;
  /** Rate that the cosine ends in: as published, 0.001 for a search and 0 for a training. */
  readonly finalLearningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** Largest norm of all gradients together. */
  readonly clipNorm: number;
  /** Compute the inside of each cell a second time in the backward pass, rather than keep it: less memory, same bits. */
  readonly recompute: boolean;
  /** Equal parts that the batch of a step is passed in, one after the other, gradients added up: the memory of a part. Default: 1. */
  readonly accumulate?: number | undefined;
  /** Epochs at the beginning in which the rate grows in equal steps to what the schedule says. Default: 0. */
  readonly warmupEpochs?: number | undefined;
  /** Largest loss that is taken for a training. Default: infinity. */
  readonly maxLoss?: number;
}

/** Images a step where nobody says otherwise. */
export const DEFAULT_BATCH = 64;

/** Rate of SGD for a batch: the published pairs 0.025 at 64 and 0.1 at 256 lie on this line. */
export function learningRateFor(batch: number): number {
  return (0.025 * batch) / 64;
}
