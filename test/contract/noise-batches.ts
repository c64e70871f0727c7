/** @file Batches of noise with labels at random, the same at every call: enough for a search or a training to compute something. */
import type { NetworkShape } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import type { BatchSource } from "../../src/train/index.ts";

interface NoiseOptions {
  /** Of other names, other noise. */
  readonly name: string;
  readonly batch: number;
  readonly batchCount: number;
}

export function noiseBatches(shape: NetworkShape, { name, batch, batchCount }: NoiseOptions): BatchSource {
  const { imageSize, imageChannels, classCount, otherTasks } = shape;
  const length = batch * imageSize.height * imageSize.width * imageChannels;
  return {
    batchCount,
    batch(epoch, index) {
      const stream = new RandomStreams(7).stream(`${name}/${epoch}/${index}`);
      const images = Float32Array.from({ length }, () => stream.normal());
      const labelsOf = (count: number) => Float32Array.from({ length: batch }, () => stream.integer(count));
      const labels = labelsOf(classCount);
      if (otherTasks === undefined) return { images, labels };
      return { images, labels, otherLabels: otherTasks.map((task) => labelsOf(task.classCount)) };
    },
  };
}
