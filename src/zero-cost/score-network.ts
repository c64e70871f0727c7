/** @file Some scores of one network, one after the other: the memory that they take is that of the largest. */
import type { Device } from "../device/index.ts";
import type { NetworkBuilder } from "../network/index.ts";
import type { TrainingBatch } from "../train/index.ts";
import type { ZeroCostScore } from "./zero-cost-score.ts";

/**
 * A number for each of `scores`, in their order; null for one that is not finite. The device holds the values of the network, as it is initialised.
 * `build`: as of a score. `batch`: images of the batch.
 */
export async function scoreNetwork(
  device: Device,
  build: NetworkBuilder,
  scores: readonly ZeroCostScore[],
  batch: number,
  images: TrainingBatch,
): Promise<readonly (number | null)[]> {
  const values: (number | null)[] = [];
  for (const one of scores) {
    const pass = await one.compile(device, build, batch);
    const value = await pass.score(images);
    pass.release();
    values.push(Number.isFinite(value) ? value : null);
  }
  return values;
}
