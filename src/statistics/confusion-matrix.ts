/** @file How often images of each class were taken for each class. Only fields with images take memory, so that there may be many classes. */
import { countOf } from "../count-of.ts";

/** A pair of classes that has images, by their numbers. */
export interface ConfusionField {
  /** What the images are. */
  readonly label: number;
  /** What they were taken for. */
  readonly prediction: number;
  readonly images: number;
}

export class ConfusionMatrix {
  readonly classCount: number;
  /** Images of each class: the sums of the rows. */
  readonly labelled: Float64Array;
  /** Images that were taken for each class: the sums of the columns. */
  readonly predicted: Float64Array;
  /** Of each class that has images, those by what they were taken for. */
  readonly #rows = new Map<number, Map<number, number>>();

  /** Throws `RangeError` for lists of different lengths, and for what is no class. */
  constructor(labels: ArrayLike<number>, predictions: ArrayLike<number>, classCount: number) {
    if (labels.length !== predictions.length) {
      throw new RangeError(
        `confusion: got ${countOf(labels.length, "label")} and ${countOf(predictions.length, "prediction")}`,
      );
    }
    this.classCount = classCount;
    this.labelled = new Float64Array(classCount);
    this.predicted = new Float64Array(classCount);
    for (let image = 0; image < labels.length; image++) {
      const [label, prediction] = [labels[image]!, predictions[image]!];
      if (!isClass(label, classCount) || !isClass(prediction, classCount)) {
        throw new RangeError(
          `confusion: image ${image}: got ${label} and ${prediction}, expected classes below ${classCount}`,
        );
      }
      this.labelled[label]!++;
      this.predicted[prediction]!++;
      const row = this.#rows.get(label) ?? new Map<number, number>();
      row.set(prediction, (row.get(prediction) ?? 0) + 1);
      this.#rows.set(label, row);
    }
  }

  /** Images of class `label` that were taken for `prediction`. */
  at(label: number, prediction: number): number {
    return this.#rows.get(label)?.get(prediction) ?? 0;
  }

  /** All images of class `label`, by what they were taken for. */
  row(label: number): readonly number[] {
    const row = new Array<number>(this.classCount).fill(0);
    for (const [prediction, images] of this.#rows.get(label) ?? []) row[prediction] = images;
    return row;
  }

  /** All pairs of classes that have images, in no order that means anything. */
  fields(): readonly ConfusionField[] {
    return Array.from(this.#rows, ([label, row]) =>
      Array.from(row, ([prediction, images]) => ({ label, prediction, images })),
    ).flat();
  }

  /** The pairs of different classes with the most images, `most` at most, the largest first; equal ones by their classes. */
  mistakes(most: number): readonly ConfusionField[] {
    return this.fields()
      .filter(({ label, prediction }) => label !== prediction)
      .sort((a, b) => b.images - a.images || a.label - b.label || a.prediction - b.prediction)
      .slice(0, most);
  }
}

function isClass(value: number, classCount: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < classCount;
}
