/** @file How good a classifier is, by what it answered to images whose classes are known. */
import { countOf } from "../count-of.ts";
import { type Calibration, calibrationOf } from "./calibration.ts";
import { type ClassScore, classScores } from "./class-score.ts";
import { ConfusionMatrix } from "./confusion-matrix.ts";
import { macroF1 } from "./macro-f1.ts";
import { wilsonInterval } from "./wilson-interval.ts";

/** What was answered, image by image, in lists of one length. */
export interface ImageAnswers {
  readonly labels: readonly number[];
  /** The class with the largest probability, among equal ones the first. */
  readonly predictions: readonly number[];
  /** Its probability. */
  readonly confidences: readonly number[];
  /** How many classes stand before the label if all are ordered by probability: 0 where it is right. Null where nobody wrote it down. */
  readonly labelPlaces: readonly number[] | null;
}

export interface ClassificationReport {
  readonly images: number;
  readonly correct: number;
  /** Top-1, 0 to 1. */
  readonly accuracy: number;
  /** Where the accuracy on all such images lies with 95 % confidence: Wilson's score interval. */
  readonly interval: readonly [low: number, high: number];
  /** Share of the images whose class is among the five likeliest; null for five classes or fewer, and where it is not known. */
  readonly topFiveAccuracy: number | null;
  /** Mean F1 of the classes that have one. */
  readonly macroF1: number;
  /** With the expected calibration error. */
  readonly calibration: Calibration;
  /** In the order of the classes. */
  readonly classes: readonly ClassScore[];
  readonly matrix: ConfusionMatrix;
}

const TOP = 5;

/** Of at least one image. Throws `RangeError` for lists of different lengths, and for what is no class. */
export function classificationReport(answers: ImageAnswers, classNames: readonly string[]): ClassificationReport {
  const { labels, predictions, confidences, labelPlaces } = answers;
  const images = labels.length;
  if (labelPlaces !== null && labelPlaces.length !== images) {
    throw new RangeError(`report: got ${countOf(images, "label")} and ${countOf(labelPlaces.length, "place")}`);
  }
  const matrix = new ConfusionMatrix(labels, predictions, classNames.length);
  const hits = labels.map((label, image) => label === predictions[image]);
  const correct = hits.filter(Boolean).length;
  const classes = classScores(matrix, classNames);
  const knowsTopFive = labelPlaces !== null && classNames.length > TOP;
  return {
    ...{ images, correct, accuracy: correct / images, interval: wilsonInterval(correct, images) },
    topFiveAccuracy: knowsTopFive ? labelPlaces.filter((place) => place < TOP).length / images : null,
    macroF1: macroF1(classes),
    calibration: calibrationOf(confidences, hits),
    ...{ classes, matrix },
  };
}
