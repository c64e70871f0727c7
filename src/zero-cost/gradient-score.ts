/** @file A score that is made of gradients of the loss of one batch by the weights. */
import type { Device } from "../device/index.ts";
import type { TrainingBatch } from "../train/index.ts";
import { WeightGradients } from "./weight-gradients.ts";
import type { ZeroCostScore } from "./zero-cost-score.ts";

interface GradientScore extends Pick<ZeroCostScore, "name" | "summary"> {
  /** Of the weights that the device holds, which are the same afterwards. */
  score(gradients: WeightGradients, images: TrainingBatch, device: Device): Promise<number>;
}

export function gradientScore({ name, summary, score }: GradientScore): ZeroCostScore {
  return {
    ...{ name, summary, needs: "labels" },
    async compile(device, build, batch) {
      const gradients = await WeightGradients.compile(device, build, batch);
      return {
        peakBytes: gradients.peakBytes,
        score: (images) => score(gradients, images, device),
        release: () => gradients.release(),
      };
    },
  };
}
