import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStreams } from "../../src/random/index.ts";
import {
  CALIBRATION_BINS,
  ConfusionMatrix,
  calibrationOf,
  classificationReport,
  classScores,
  type ImageAnswers,
  macroF1,
  wilsonInterval,
} from "../../src/statistics/index.ts";

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

const answers = (labels: readonly number[], predictions: readonly number[]): ImageAnswers => ({
  ...{ labels, predictions, confidences: labels.map(() => 1) },
  labelPlaces: labels.map((label, image) => (label === predictions[image] ? 0 : 1)),
});

/** Labels and predictions of up to 60 images of two to eight classes. */
const answered = fc.integer({ min: 2, max: 8 }).chain((classCount) => {
  const some = fc.nat(classCount - 1);
  return fc
    .array(fc.tuple(some, some), { minLength: 1, maxLength: 60 })
    .map((pairs) => ({ classCount, labels: pairs.map(([a]) => a), predictions: pairs.map(([, b]) => b) }));
});

describe("wilsonInterval", () => {
  // The four from 81 of 263 on are those of Newcombe (1998), table I, method 3.
  it.each([
    [8, 10, 0.4902, 0.9433],
    [0, 10, 0, 0.2775],
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    [8, 8, 0.6756, 1],
    [1, 1, 0.2065, 1],
    [900, 1000, 0.8798, 0.9171],
  ])("of %i of %i is what was published", (successes, trials, low, high) => {
    const [got, most] = wilsonInterval(successes, trials);
    expect(got).toBeCloseTo(low, 4);
    expect(most).toBeCloseTo(high, 4);
  });

  it("holds the share, lies within 0 and 1, mirrors, and narrows with more trials", () => {
    const property = fc.property(fc.nat(1000), fc.nat(1000), (right, wrong) => {
      fc.pre(right + wrong > 0);
      const trials = right + wrong;
      const [low, high] = wilsonInterval(right, trials);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(right / trials);
      expect(high).toBeGreaterThanOrEqual(right / trials);
      const [mirroredLow, mirroredHigh] = wilsonInterval(wrong, trials);
      expect(mirroredLow).toBeCloseTo(1 - high, 12);
      expect(mirroredHigh).toBeCloseTo(1 - low, 12);
      const [nearLow, nearHigh] = wilsonInterval(4 * right, 4 * trials);
      expect(nearHigh - nearLow).toBeLessThan(high - low);
    });
    fc.assert(property, { seed: 1 });
  });
});

describe("ConfusionMatrix", () => {
  it("has the images of a class in its row, and what was taken for it in its column", () => {
    const matrix = new ConfusionMatrix([0, 0, 1, 2, 2, 2], [0, 1, 1, 0, 0, 2], 3);
    expect([0, 1, 2].map((label) => matrix.row(label))).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [2, 0, 1],
    ]);
    expect([...matrix.labelled]).toEqual([2, 1, 3]);
    expect([...matrix.predicted]).toEqual([3, 2, 1]);
    expect(matrix.mistakes(9)).toEqual([
      { label: 2, prediction: 0, images: 2 },
      { label: 0, prediction: 1, images: 1 },
    ]);
    expect(matrix.mistakes(1)).toHaveLength(1);
  });

  it("has rows that sum to the images of their class, columns to what was predicted, and a diagonal to the hits", () => {
    const property = fc.property(answered, ({ classCount, labels, predictions }) => {
      const matrix = new ConfusionMatrix(labels, predictions, classCount);
      const rows = namesOf(classCount).map((_, label) => matrix.row(label));
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      for (const [index, row] of rows.entries()) {
        expect(sum(row)).toBe(labels.filter((label) => label === index).length);
        expect(matrix.labelled[index]).toBe(sum(row));
        expect(matrix.predicted[index]).toBe(sum(rows.map((other) => other[index]!)));
        expect(matrix.predicted[index]).toBe(predictions.filter((prediction) => prediction === index).length);
      }
      expect(sum(rows.map((row, index) => row[index]!))).toBe(labels.filter((l, i) => l === predictions[i]).length);
      expect(sum(matrix.fields().map(({ images }) => images))).toBe(labels.length);
    });
    fc.assert(property, { seed: 1 });
  });

  it("takes memory for what was answered alone: of 60,000 classes too", () => {
    const matrix = new ConfusionMatrix([59_999, 7], [3, 7], 60_000);
    expect(matrix.at(59_999, 3)).toBe(1);
    expect(matrix.fields()).toHaveLength(2);
    expect(matrix.mistakes(5)).toEqual([{ label: 59_999, prediction: 3, images: 1 }]);
  });

  it.each([
    [[0], [0, 1], /1 label and 2 predictions/],
    [[0, 2], [0, 1], /image 1: got 2 and 1, expected classes below 2/],
    [[0, 1], [0, -1], /image 1: got 1 and -1/],
    [[0.5], [0], /image 0/],
  ])("refuses %j answered by %j", (labels, predictions, message) => {
    expect(() => new ConfusionMatrix(labels, predictions, 2)).toThrow(message);
  });
});

describe("classScores and macroF1", () => {
  it("are what a hand computes: three classes, ten images", () => {
    // cat: 4 images, 3 right, 4 taken for it. dog: 3 images, 1 right, 3 taken. owl: 3 images, 2 right, 3 taken.
    const labels = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2];
    const predictions = [0, 0, 0, 1, 0, 1, 2, 2, 2, 1];
    const scores = classScores(new ConfusionMatrix(labels, predictions, 3), ["cat", "dog", "owl"]);
    expect(scores).toEqual([
      { name: "cat", correct: 3, images: 4, predicted: 4, precision: 3 / 4, recall: 3 / 4, f1: 6 / 8 },
      { name: "dog", correct: 1, images: 3, predicted: 3, precision: 1 / 3, recall: 1 / 3, f1: 2 / 6 },
      { name: "owl", correct: 2, images: 3, predicted: 3, precision: 2 / 3, recall: 2 / 3, f1: 4 / 6 },
    ]);
    expect(macroF1(scores)).toBeCloseTo((3 / 4 + 1 / 3 + 2 / 3) / 3, 12);
  });

  it("are scikit-learn's in the example of its manual", () => {
    // precision_recall_fscore_support: y_true = [0, 1, 2, 0, 1, 2], y_pred = [0, 2, 1, 0, 0, 1]; f1_score(average="macro") is 0.26...
    const scores = classScores(new ConfusionMatrix([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], 3), namesOf(3));
    expect(scores.map(({ precision }) => precision)).toEqual([2 / 3, 0, 0]);
    expect(scores.map(({ recall }) => recall)).toEqual([1, 0, 0]);
    expect(scores.map(({ f1 }) => f1)).toEqual([0.8, 0, 0]);
    expect(macroF1(scores)).toBeCloseTo(0.8 / 3, 12);
  });

  it("have no recall without images, no precision without predictions, no F1 without both", () => {
    const scores = classScores(new ConfusionMatrix([0, 0, 1], [0, 2, 0], 4), namesOf(4));
    expect(scores.map(({ precision, recall, f1 }) => [precision, recall, f1])).toEqual([
      [1 / 2, 1 / 2, 1 / 2],
      [null, 0, 0], // has an image, is never predicted
      [0, null, 0], // is predicted, has no image
      [null, null, null],
    ]);
    expect(macroF1(scores)).toBeCloseTo(0.5 / 3, 12);
  });

  it("have F1 as the harmonic mean of precision and recall, and precision over all images as the accuracy", () => {
    const property = fc.property(answered, ({ classCount, labels, predictions }) => {
      const matrix = new ConfusionMatrix(labels, predictions, classCount);
      const scores = classScores(matrix, namesOf(classCount));
      for (const { precision, recall, f1 } of scores) {
        if (precision === null || recall === null || precision + recall === 0) continue;
        expect(f1).toBeCloseTo((2 * precision * recall) / (precision + recall), 12);
      }
      const total = (of: "correct" | "predicted" | "images") => scores.reduce((sum, score) => sum + score[of], 0);
      const { accuracy } = classificationReport(answers(labels, predictions), namesOf(classCount));
      expect(total("correct") / total("predicted")).toBe(accuracy);
      expect(total("correct") / total("images")).toBe(accuracy);
    });
    fc.assert(property, { seed: 1 });
  });

  it("do not depend on the order of the images, nor macro F1 on the numbers of the classes", () => {
    const property = fc.property(answered, fc.nat(), ({ classCount, labels, predictions }, seed) => {
      const renamed = new RandomStreams(seed).stream("names").shuffle(Uint32Array.from(namesOf(classCount).keys()));
      const order = new RandomStreams(seed).stream("order").shuffle(Uint32Array.from(labels.keys()));
      const scoresOf = (change: (value: number) => number) => {
        const moved = (values: readonly number[]) => Array.from(order, (image) => change(values[image]!));
        return classScores(new ConfusionMatrix(moved(labels), moved(predictions), classCount), namesOf(classCount));
      };
      const scores = classScores(new ConfusionMatrix(labels, predictions, classCount), namesOf(classCount));
      expect(scoresOf((value) => value)).toEqual(scores);
      expect(macroF1(scoresOf((value) => renamed[value]!))).toBeCloseTo(macroF1(scores), 12);
    });
    fc.assert(property, { seed: 1 });
  });
});

describe("calibrationOf", () => {
  it("is what a hand computes, in two bins and in fifteen", () => {
    const confidences = [0.3, 0.4, 0.9, 0.7];
    const hits = [true, false, true, true];
    // Two bins: |1/2 - 0.35| * 2/4 + |1 - 0.8| * 2/4.
    expect(calibrationOf(confidences, hits, 2).error).toBeCloseTo(0.175, 12);
    // Each alone in its bin: (0.7 + 0.4 + 0.1 + 0.3) / 4.
    expect(calibrationOf(confidences, hits).error).toBeCloseTo(0.375, 12);
    expect(calibrationOf(confidences, hits, 2).bins).toEqual([
      { images: 2, confidence: 0.35, accuracy: 0.5 },
      { images: 2, confidence: 0.8, accuracy: 1 },
    ]);
  });

  it("has 15 bins of equal width, each with its upper bound, however that is rounded", () => {
    for (let bin = 0; bin < CALIBRATION_BINS; bin++) {
      const upper = (bin + 1) / CALIBRATION_BINS;
      for (const [confidence, expected] of [
        [upper, bin],
        [upper - 1e-9, bin],
        [upper + 1e-9, Math.min(bin + 1, 14)],
      ] as const) {
        const { bins } = calibrationOf([Math.min(1, confidence)], [true]);
        expect(bins.findIndex(({ images }) => images === 1)).toBe(expected);
      }
    }
    expect(calibrationOf([0], [false]).bins[0]).toEqual({ images: 1, confidence: 0, accuracy: 0 });
    expect(
      calibrationOf([1], [true])
        .bins.slice(0, 14)
        .every(({ confidence }) => confidence === null),
    ).toBe(true);
  });

  it("is small if answers are right as often as they say, and large if they are not", () => {
    const stream = new RandomStreams(1).stream("calibrated");
    const confidences = Array.from({ length: 40_000 }, () => stream.uniform());
    const calibrated = confidences.map((confidence) => stream.uniform() < confidence);
    expect(calibrationOf(confidences, calibrated).error).toBeLessThan(0.015);
    const boastful = confidences.map((confidence) => stream.uniform() < confidence / 2);
    expect(calibrationOf(confidences, boastful).error).toBeCloseTo(0.25, 1);
    expect(calibrationOf([1, 1], [false, false]).error).toBe(1);
    expect(calibrationOf([1, 1], [true, true]).error).toBe(0);
  });

  it("refuses lists of different lengths", () => {
    expect(() => calibrationOf([1], [])).toThrow(/1 confidences and 0 hits/);
  });
});

describe("classificationReport", () => {
  const sure = (labelPlaces: readonly number[]): ImageAnswers => {
    const labels = labelPlaces.map(() => 0);
    return {
      ...{ labels, predictions: labelPlaces.map((place) => (place === 0 ? 0 : 1)) },
      ...{ confidences: labels.map(() => 0.5), labelPlaces },
    };
  };

  it("has a top-5 accuracy for more than five classes, where the places are known", () => {
    const six = classificationReport(sure([0, 1, 4, 5]), namesOf(6));
    expect([six.accuracy, six.topFiveAccuracy]).toEqual([1 / 4, 3 / 4]);
    expect(classificationReport(sure([0, 1, 4]), namesOf(5)).topFiveAccuracy).toBeNull();
    expect(classificationReport({ ...sure([0, 1]), labelPlaces: null }, namesOf(6)).topFiveAccuracy).toBeNull();
  });

  it("is of one image too", () => {
    const report = classificationReport({ ...sure([0]), confidences: [0.75] }, ["cat", "dog"]);
    expect(report).toMatchObject({ images: 1, correct: 1, accuracy: 1, macroF1: 1, topFiveAccuracy: null });
    expect(report.interval[0]).toBeCloseTo(0.2065, 4);
    expect(report.calibration.error).toBe(0.25);
    const { classes } = classificationReport({ ...sure([1]), confidences: [0.75] }, ["cat", "dog"]);
    expect(classes.map(({ f1 }) => f1)).toEqual([0, 0]);
  });

  it("refuses lists of different lengths", () => {
    expect(() => classificationReport({ ...sure([0, 0]), labelPlaces: [0] }, ["a", "b"])).toThrow(/2 labels and 1 pl/);
    expect(() => classificationReport({ ...sure([0, 0]), confidences: [1] }, ["a", "b"])).toThrow(/1 confidences/);
  });
});
