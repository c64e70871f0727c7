/** @file What a training adds up over the steps of an epoch. */

export interface TrainingSums {
  loss: number;
  correct: number;
  gradientNorm: number;
}

/** Adds one of the `steps` of an epoch: loss and gradient norm as means over them. */
export function addStep(
  sums: TrainingSums,
  { loss, correct, gradientNorm }: Readonly<TrainingSums>,
  steps: number,
): void {
  sums.loss += loss / steps;
  sums.correct += correct;
  sums.gradientNorm += gradientNorm / steps;
}

/** Of an epoch without steps yet. */
export const NO_TRAINING_SUMS: Readonly<TrainingSums> = { loss: 0, correct: 0, gradientNorm: 0 };
