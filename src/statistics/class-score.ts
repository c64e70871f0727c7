/**
 * @file How well each class is recognised: precision, recall and F1 (van Rijsbergen 1979; as scikit-learn's `precision_recall_fscore_support`).
 * With C right answers, I images of the class and P images that were taken for it: recall is C / I, precision C / P, F1 2 C / (I + P), the harmonic
 * mean of both where both are defined.
 */
import type { ConfusionMatrix } from "./confusion-matrix.ts";

export interface ClassScore {
  readonly name: string;
  /** Images of the class that were taken for it. */
  readonly correct: number;
  /** Images of the class. */
  readonly images: number;
  /** Images of any class that were taken for it. */
  readonly predicted: number;
  /** Share of those taken for it that are of it; null if none was taken for it. */
  readonly precision: number | null;
  /** Share of its images that were taken for it; null if it has none. */
  readonly recall: number | null;
  /** 0 for a class with images that is never predicted, and for one that is predicted without having images; null with neither. */
  readonly f1: number | null;
}

/** In the order of the classes. */
export function classScores(matrix: ConfusionMatrix, classNames: readonly string[]): readonly ClassScore[] {
  return classNames.map((name, index) => {
    const correct = matrix.at(index, index);
    const [images, predicted] = [matrix.labelled[index]!, matrix.predicted[index]!];
    return {
      ...{ name, correct, images, predicted },
      precision: predicted === 0 ? null : correct / predicted,
      recall: images === 0 ? null : correct / images,
      f1: images + predicted === 0 ? null : (2 * correct) / (images + predicted),
    };
  });
}
