/** @file The event of an epoch whose steps are weight steps alone. */
import { otherAccuracies, type TrainingSums } from "../train/index.ts";
import type { SearchEpochEvent } from "./search-event.ts";

interface WeightEpoch extends Pick<SearchEpochEvent, "epoch" | "epochs" | "learningRate" | "stallSeconds"> {
  /** Images of all its steps. */
  readonly images: number;
}

/** `sums`: of all steps of the epoch, by `addStep`. The same images steer, or none. */
export function weightEpoch({ images, ...event }: WeightEpoch, sums: Readonly<TrainingSums>): SearchEpochEvent {
  const { loss, correct, gradientNorm } = sums;
  return {
    ...{ kind: "search-epoch", ...event, weightLoss: loss, weightAccuracy: correct / images },
    ...{ ...otherAccuracies(sums, images), gradientNorm },
    ...{ architectureLoss: null, architectureAccuracy: null },
  };
}
