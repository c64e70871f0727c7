/** @file What a training adds up over the steps of an epoch. */
import type { RightAnswers } from "./task.ts";

export interface TrainingSums {
  loss: number;
  correct: number;
  /** In each of the other tasks. Missing where there is one task, and before the first step. */
  otherCorrect?: readonly number[];
  gradientNorm: number;
}

/** Adds one of the `steps` of an epoch: loss and gradient norm as means over them. */
export function addStep(sums: TrainingSums, step: Readonly<TrainingSums>, steps: number): void {
  sums.loss += step.loss / steps;
  sums.correct += step.correct;
  addOther(sums, step);
  sums.gradientNorm += step.gradientNorm / steps;
}

/** Adds the images of a step that are right in the other tasks, if there are any. */
export function addOther(
  sums: Pick<TrainingSums, "otherCorrect">,
  { otherCorrect }: Pick<RightAnswers, "otherCorrect">,
): void {
  if (otherCorrect === undefined) return;
  const before = sums.otherCorrect ?? otherCorrect.map(() => 0);
  sums.otherCorrect = otherCorrect.map((count, task) => before[task]! + count);
}

/** The shares of `images` that are right in the other tasks, for an event; nothing where there is one task. */
export function otherAccuracies(
  { otherCorrect }: Pick<TrainingSums, "otherCorrect">,
  images: number,
): { readonly otherAccuracies?: readonly number[] } {
  return otherCorrect === undefined ? {} : { otherAccuracies: otherCorrect.map((count) => count / images) };
}

/** Of an epoch without steps yet. */
export const NO_TRAINING_SUMS: Readonly<TrainingSums> = { loss: 0, correct: 0, gradientNorm: 0 };
