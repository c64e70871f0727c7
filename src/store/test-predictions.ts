/**
 * @file What the trained network made of every test image, and the pixels of some of them, so that the page can show what lies behind each
 * field of the confusion matrix without the data set.
 */

import { z } from "zod";
import { countOf } from "../count-of.ts";
import { type ImageShape, type ImageSplit, imageLength } from "../data/index.ts";
import { IstaNasError } from "../error.ts";
import type { ImageAnswers } from "../statistics/index.ts";
import { AnswerSheet } from "../train/index.ts";
import type { RunFolder } from "./run-folder.ts";

export const TEST_PREDICTIONS_FILE = "test-predictions.json";
/** Pixels of the kept images, one after another, `[K, H, W, C]` of 8 bits. */
export const TEST_IMAGES_FILE = "test-images.bin";

/** Images that are kept of each field of the confusion matrix. */
const KEPT_OF_A_FIELD = 40;
/** Bytes of all kept images at most. */
export const TEST_IMAGES_LIMIT: number = 64 * 2 ** 20;

/** Bytes of the predictions on ten million images. */
const LARGEST_PREDICTIONS = 256 * 2 ** 20;

/** In runs of versions that did not keep them, `labelPlaces` is null, and confidences have four decimals and not six. */
export interface TestPredictions extends ImageAnswers {
  readonly shape: ImageShape;
  /** The answers in the other tasks. Missing where there is one. */
  readonly otherTasks?: readonly ImageAnswers[];
  /** Numbers of the images whose pixels are kept, ascending. */
  readonly kept: readonly number[];
}

const count = z.int().min(0);
const side = z.int().min(1);
const answersSchema = z.object({
  labels: z.array(count),
  predictions: z.array(count),
  confidences: z.array(z.number()),
  labelPlaces: z.array(count).nullable().default(null),
});
const schema: z.ZodType<TestPredictions> = answersSchema.extend({
  shape: z.object({ height: side, width: side, channels: z.union([z.literal(1), z.literal(3)]) }),
  otherTasks: z.array(answersSchema).exactOptional(),
  kept: z.array(count),
});

/**
 * Writes both files; `probabilities`: `[N, classCount]`, `others`: of the other tasks of the split. Returns what the first one says. Throws `E_RUN_FOLDER` if it
 * cannot write them.
 */
export function saveTestPredictions(
  folder: RunFolder,
  test: ImageSplit,
  probabilities: Float64Array,
  others: readonly Float64Array[] = [],
): TestPredictions {
  const { shape, pixels } = test;
  const answers = answersOf(probabilities, test.labels);
  const otherTasks = others.map((ofTask, task) => answersOf(ofTask, test.otherLabels![task]!));
  const length = imageLength(shape);
  const kept = keepOfEachField(
    [...answers.labels.keys()],
    answers,
    KEPT_OF_A_FIELD,
    Math.floor(TEST_IMAGES_LIMIT / length),
  );
  const images = new Uint8Array(kept.length * length);
  for (const [place, image] of kept.entries()) {
    images.set(pixels.subarray(image * length, (image + 1) * length), place * length);
  }
  folder.write(TEST_IMAGES_FILE, images);
  const written: TestPredictions = { shape, ...answers, ...(others.length === 0 ? {} : { otherTasks }), kept };
  folder.write(TEST_PREDICTIONS_FILE, JSON.stringify(written));
  return written;
}

function answersOf(probabilities: Float64Array, labels: Uint16Array): AnswerSheet {
  const answers = new AnswerSheet();
  for (const [image, label] of labels.entries()) {
    answers.add(probabilities, image, probabilities.length / labels.length, label);
  }
  return answers;
}

/** Null for a run that has none, as one of an older version. Throws `E_RUN_FILE` if they are damaged. */
export function readTestPredictions(folder: RunFolder): TestPredictions | null {
  if (!folder.has(TEST_PREDICTIONS_FILE)) return null;
  const { data, error } = schema.safeParse(folder.readJson(TEST_PREDICTIONS_FILE, { most: LARGEST_PREDICTIONS }));
  if (data !== undefined) return data;
  throw new IstaNasError(`run ${folder.name}: ${TEST_PREDICTIONS_FILE}: got something else than a run writes there`, {
    code: "E_RUN_FILE",
    hint: "bring the file back, or remove it: only the page's confusion matrix needs it",
    cause: error,
  });
}

/** Pixels of the kept images of `test`, `[K, H, W, C]`. Throws `E_RUN_FILE` if they are not there, or others. */
export function readTestImages(folder: RunFolder, { shape, kept }: TestPredictions): Buffer {
  const pixels = folder.read(TEST_IMAGES_FILE, TEST_IMAGES_LIMIT);
  const expected = kept.length * imageLength(shape);
  if (pixels.length === expected) return pixels;
  throw new IstaNasError(
    `run ${folder.name}: ${TEST_IMAGES_FILE}: got ${countOf(pixels.length, "byte")}, expected ${expected} for ${countOf(kept.length, "image")}`,
    { code: "E_RUN_FILE", hint: `bring the file back, or remove ${TEST_PREDICTIONS_FILE} too` },
  );
}

/** Some of `images`: at most `ofAField` of each field of the confusion matrix and `most` in all, the first of them. */
export function keepOfEachField(
  images: readonly number[],
  { labels, predictions }: Pick<TestPredictions, "labels" | "predictions">,
  ofAField: number,
  most: number,
): readonly number[] {
  const counts = new Map<string, number>();
  const kept: number[] = [];
  for (const image of images) {
    const field = `${labels[image]}/${predictions[image]}`;
    const count = counts.get(field) ?? 0;
    if (count === ofAField || kept.length === most) continue;
    counts.set(field, count + 1);
    kept.push(image);
  }
  return kept;
}
