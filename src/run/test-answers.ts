/** @file What a trained network answers to the test images, in each of its tasks. */
import { SequentialBatches } from "../data/index.ts";
import type { RunConfig } from "../store/index.ts";
import type { Classifier } from "../train/index.ts";
import type { OpenedData } from "./open-data.ts";
import { softmax } from "./softmax.ts";

/** `[N, K]` of the K classes of one task. */
export interface TaskOutputs {
  readonly logits: Float32Array;
  readonly probabilities: Float64Array;
}

/** Those to the whole test split, the first task first. */
export async function testAnswers(
  classifier: Classifier,
  { test }: OpenedData,
  { classNames, otherTasks = [], normalisation, training }: RunConfig,
): Promise<readonly [first: TaskOutputs, ...others: TaskOutputs[]]> {
  const outputs = [classNames, ...otherTasks.map((task) => task.classNames)].map(({ length }) => ({
    classCount: length,
    logits: new Float32Array(test.count * length),
  }));
  let done = 0;
  for (const batch of new SequentialBatches({ split: test, statistics: normalisation, batchSize: training.batch })) {
    const parts = await classifier.allLogits(batch.images);
    for (const [task, { classCount, logits }] of outputs.entries()) {
      logits.set(parts[task]!.subarray(0, batch.count * classCount), done * classCount);
    }
    done += batch.count;
  }
  const [first, ...others] = outputs.map(({ logits, classCount }) => ({
    logits,
    probabilities: softmax(logits, classCount),
  }));
  return [first!, ...others];
}
