/** @file Compares an exported model, run by onnxruntime or by itself, with the probabilities that the network itself computed. */
import { countOf } from "../../count-of.ts";
import type { OtherTask } from "../../data/index.ts";
import { IstaNasError } from "../../error.ts";
import { openOnnx } from "./session.ts";

/** What an exported model answers to images. */
export interface CheckedModel {
  /** K names, in the order of its outputs. */
  readonly classNames: readonly string[];
  /** Its other tasks. Default: none. */
  readonly otherTasks?: readonly OtherTask[];
  /** `[count, K]` for `count` images `[count, height, width, channels]`, 0 to 255. */
  run(pixels: Uint8Array | Float32Array, count: number): Promise<ModelOutputs>;
}

interface TaskOutputs {
  readonly probabilities: Float32Array;
  /** Null for a model that tells probabilities alone. */
  readonly logits: Float32Array | null;
}

interface ModelOutputs extends TaskOutputs {
  /** Of its other tasks. Default: none. */
  readonly others?: readonly TaskOutputs[];
}

/** What the network answers in one task. */
interface Expected {
  /** `[count, K]`, from the network. */
  readonly expectedProbabilities: ArrayLike<number>;
  /** `[count, K]`, from the network, if its logits are to be compared too. */
  readonly expectedLogits?: ArrayLike<number>;
}

/** A model that is open until it is closed. */
export interface OpenModel extends CheckedModel {
  close(): Promise<void>;
}

export interface ParityOptions extends Expected {
  /** The bytes of an ONNX model, or a model that runs, which stays open. */
  readonly model: Uint8Array | CheckedModel;
  /** `[count, height, width, channels]`, 0 to 255. */
  readonly images: Uint8Array | Float32Array;
  readonly count: number;
  /** In the other tasks of the model. Default: none. */
  readonly others?: readonly Expected[];
  /** Largest difference of two probabilities that passes. Default 1e-4. */
  readonly tolerance?: number;
  /** Images a run of the model. Default 64. */
  readonly batch?: number;
}

export interface ParityReport {
  readonly images: number;
  readonly tolerance: number;
  /** Largest |model - network| over all probabilities, of all tasks; Infinity if one is not a number. */
  readonly worstProbabilityDifference: number;
  /** The same for logits, null if none were given. It decides nothing: logits have no scale of their own. */
  readonly worstLogitDifference: number | null;
  /** The image with the largest difference of a probability. */
  readonly worstImage: number;
  /**
   * Images for which model and network name different classes, in each task, ties left out. A tie: the network gives both classes
   * probabilities that differ by no more than the tolerance.
   */
  readonly differentClasses: number;
  /** No probability differs by more than the tolerance and no image gets a different class. */
  readonly passed: boolean;
}

/**
 * Runs the model over all images and compares.
 * @throws E_ONNX_PARITY for no images, or a number of tasks or expected values that does not fit; what `openOnnx` and `run`
 * throw.
 */
export async function checkParity(options: ParityOptions): Promise<ParityReport> {
  const { model, images, count, others = [], tolerance = 1e-4, batch = 64 } = options;
  const opened = model instanceof Uint8Array ? await openOnnx(model) : null;
  const session = opened ?? (model as CheckedModel);
  try {
    const classCounts = [session, ...(session.otherTasks ?? [])].map(({ classNames }) => classNames.length);
    const tasks = [options as Expected, ...others];
    assertExpected(tasks, classCounts, count);
    let worstProbabilityDifference = 0;
    let worstLogitDifference = 0;
    let worstImage = 0;
    let differentClasses = 0;
    const pixelCount = images.length / count;
    for (let start = 0; start < count; start += batch) {
      const end = Math.min(start + batch, count);
      const pixels = images.subarray(start * pixelCount, end * pixelCount);
      const outputs = await session.run(pixels, end - start);
      for (const [task, { probabilities, logits }] of [outputs, ...(outputs.others ?? [])].entries()) {
        const { expectedProbabilities, expectedLogits } = tasks[task]!;
        const classes = classCounts[task]!;
        for (let image = start; image < end; image++) {
          const got = probabilities.subarray((image - start) * classes, (image - start + 1) * classes);
          const expected = Array.from(got, (_, k) => expectedProbabilities[image * classes + k]!);
          const difference = largestDifference(got, expected);
          if (difference > worstProbabilityDifference) {
            worstProbabilityDifference = difference;
            worstImage = image;
          }
          if (!(Math.max(...expected) - expected[largestIndex(got)]! <= tolerance)) differentClasses++;
          if (expectedLogits === undefined || logits === null) continue;
          const gotLogits = logits.subarray((image - start) * classes, (image - start + 1) * classes);
          const expectedRow = Array.from(gotLogits, (_, k) => expectedLogits[image * classes + k]!);
          worstLogitDifference = Math.max(worstLogitDifference, largestDifference(gotLogits, expectedRow));
        }
      }
    }
    return {
      images: count,
      tolerance,
      worstProbabilityDifference,
      worstLogitDifference: options.expectedLogits === undefined ? null : worstLogitDifference,
      worstImage,
      differentClasses,
      passed: worstProbabilityDifference <= tolerance && differentClasses === 0,
    };
  } finally {
    await opened?.close();
  }
}

function assertExpected(tasks: readonly Expected[], classCounts: readonly number[], count: number): void {
  const wrong = (got: string, expected: string): IstaNasError =>
    new IstaNasError(`onnx: parity: got ${got}, expected ${expected}`, { code: "E_ONNX_PARITY", kind: "usage" });
  if (tasks.length !== classCounts.length) {
    throw wrong(`values of ${countOf(tasks.length, "task")}`, `those of ${classCounts.length}`);
  }
  for (const [task, { expectedProbabilities, expectedLogits = expectedProbabilities }] of tasks.entries()) {
    const classes = classCounts[task]!;
    for (const { length } of [expectedProbabilities, expectedLogits]) {
      if (count >= 1 && length === count * classes) continue;
      throw wrong(`${countOf(length, "value")} for ${countOf(count, "image")}`, `${classes} for each of at least one`);
    }
  }
}

function largestDifference(got: ArrayLike<number>, expected: readonly number[]): number {
  const differences = expected.map((value, k) => Math.abs(value - got[k]!));
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...differences);
}

function largestIndex(values: Float32Array): number {
  return values.reduce((best, value, k) => (value > values[best]! ? k : best), 0);
}
