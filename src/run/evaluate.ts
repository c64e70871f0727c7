/** @file How good a trained network is on labelled images, as a whole and by class. */
import { imageLength } from "../data/index.ts";
import { accuracyInterval, type ClassAccuracy } from "../export/index.ts";
import { predictedClass } from "../train/index.ts";
import { assertNotStopped } from "./interruption.ts";
import {
  MEASURE_FLAGS,
  type MeasuredImages,
  type MeasuredPart,
  type MeasureOptions,
  openMeasuredImages,
} from "./measured-images.ts";
import { completeHost, type RunHost, type RunHostGiven } from "./run-host.ts";
import { RUN_FLAGS } from "./run-options.ts";
import type { PartNames } from "./run-parts.ts";
import { takeGiven } from "./take-given.ts";
import { openTrainedModel, type TrainedModel } from "./trained-model.ts";

/** Images that one call computes. */
const BATCH = 100;

export interface EvaluateSpec extends MeasureOptions, Pick<PartNames, "space"> {
  /** A run folder, or an .onnx file. */
  readonly model: string;
  /** `demo`, or a folder of labelled images, of some of the network's classes or all. */
  readonly data: string;
}

export interface Evaluation extends Pick<EvaluateSpec, "model" | "data"> {
  /** Which of the data: `own-test` are the test images of those that the network was trained on. */
  readonly part: MeasuredPart;
  /** 0 to 1. */
  readonly testAccuracy: number;
  readonly images: number;
  readonly correct: number;
  /** Where the accuracy on all such images lies with 95 % confidence. */
  readonly interval: readonly [low: number, high: number];
  /** In the order of the outputs. */
  readonly classes: readonly ClassAccuracy[];
  /** Classes of the network of which there are no images. */
  readonly missing: readonly string[];
  /** Files that were left out. */
  readonly unreadable: MeasuredImages["data"]["report"]["unreadable"];
}

/**
 * Measures a trained network on the images that `openMeasuredImages` takes of the data.
 * @throws E_USAGE_OPTION, E_FLAG_VALUE, what `openTrainedModel` and `openMeasuredImages` throw; `Interruption` when the host's signal asks to stop
 */
export async function evaluate(spec: EvaluateSpec, given: RunHostGiven = {}): Promise<Evaluation> {
  const { space, seed, testFraction, maxBadImages } = RUN_FLAGS;
  const flags = { ...MEASURE_FLAGS, space, seed, testFraction, maxBadImages };
  takeGiven(spec, { where: "evaluate", needed: ["model", "data"], flags });
  const host = completeHost(given);
  const model = await openTrainedModel(spec.model, { ...spec, threads: host.threads, batch: BATCH });
  try {
    const measured = await openMeasuredImages(spec.data, model, spec, host);
    const { data, part, description, count } = measured;
    const images = data.train.count + (data.test?.count ?? 0);
    host.onEvent({ kind: "measured-data", report: data.report, images, description });
    const classes = await measure(model, measured, host);
    const correct = classes.reduce((sum, row) => sum + row.correct, 0);
    return {
      ...{ model: spec.model, data: spec.data, part },
      ...{ testAccuracy: correct / count, images: count, correct },
      interval: accuracyInterval(correct, count),
      classes,
      missing: classes.filter((row) => row.images === 0).map(({ name }) => name),
      unreadable: data.report.unreadable,
    };
  } finally {
    await model.close();
  }
}

/** Counts by class of the network. */
async function measure(
  model: TrainedModel,
  { splits, count, modelClasses }: MeasuredImages,
  host: RunHost,
): Promise<readonly ClassAccuracy[]> {
  const length = imageLength(model.shape);
  const rows = model.classNames.map((name) => ({ name, correct: 0, images: 0 }));
  let done = 0;
  for (const split of splits) {
    for (let start = 0; start < split.count; start += model.batch) {
      assertNotStopped(host);
      const labels = split.labels.subarray(start, start + model.batch);
      const pixels = split.pixels.subarray(start * length, (start + labels.length) * length);
      const probabilities = await model.probabilities(pixels, labels.length);
      labels.forEach((label, image) => {
        const index = modelClasses[label]!;
        const row = rows[index]!;
        row.images++;
        if (predictedClass(probabilities, image, rows.length) === index) row.correct++;
      });
      done += labels.length;
      host.onEvent({ kind: "measuring", done, total: count });
    }
  }
  return rows;
}
