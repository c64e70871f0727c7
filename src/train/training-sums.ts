/** @file What a training adds up over the steps of an epoch. */

export interface TrainingSums {
  loss: number;
  correct: number;
  gradientNorm: number;
}

/** Of an epoch without steps yet. */
export const NO_TRAINING_SUMS: Readonly<TrainingSums> = { loss: 0, correct: 0, gradientNorm: 0 };
