/** @file One number for how well classes are recognised, each counting alike however many images it has. */
import type { ClassScore } from "./class-score.ts";

/**
 * The mean of the F1 of all classes that have one, 0 to 1: scikit-learn's `f1_score` with `average="macro"`, and of the two macro F1 in use the one that
 * Opitz and Burst (2019), "Macro F1 and macro F1", recommend. NaN of no class.
 */
export function macroF1(scores: readonly Pick<ClassScore, "f1">[]): number {
  const defined = scores.flatMap(({ f1 }) => (f1 === null ? [] : [f1]));
  return defined.reduce((sum, f1) => sum + f1, 0) / defined.length;
}
