/** @file What a network answers to images whose classes are known, written down image by image: all that says how good it is. */
import type { ImageAnswers } from "../statistics/index.ts";
import { labelPlace, predictedClass } from "./accuracy.ts";

/** Confidences have six decimals, so that what a run keeps in a file is what it was measured by. */
const DECIMALS = 1e6;

export class AnswerSheet implements ImageAnswers {
  readonly labels: number[] = [];
  readonly predictions: number[] = [];
  readonly confidences: number[] = [];
  readonly labelPlaces: number[] = [];

  /** The answer to one image of a batch, which is of class `label`; `probabilities`: `[N, classCount]`. */
  add(probabilities: ArrayLike<number>, image: number, classCount: number, label: number): void {
    const prediction = predictedClass(probabilities, image, classCount);
    const confidence = probabilities[image * classCount + prediction]!;
    this.labels.push(label);
    this.predictions.push(prediction);
    this.confidences.push(Math.round(confidence * DECIMALS) / DECIMALS);
    this.labelPlaces.push(labelPlace(probabilities, image, classCount, label));
  }
}
