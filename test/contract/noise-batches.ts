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
  const { imageSize, imageChannels, classCount } = shape;
  const length = batch * imageSize.height * imageSize.width * imageChannels;
  return {
    batchCount,
    batch(epoch, index) {
      const stream = new RandomStreams(7).stream(`${name}/${epoch}/${index}`);
      return {
        images: Float32Array.from({ length }, () => stream.normal()),
        labels: Float32Array.from({ length: batch }, () => stream.integer(classCount)),
      };
    },
  };
}
