/** @file The event of an epoch whose steps are weight steps alone. */
import type { TrainingSums } from "../train/index.ts";
import type { SearchEpochEvent } from "./search-event.ts";

interface WeightEpoch extends Pick<SearchEpochEvent, "epoch" | "epochs" | "learningRate" | "stallSeconds"> {
  /** Images of all its steps. */
  readonly images: number;
}

/** `sums`: of all steps of the epoch, by `addStep`. The same images steer, or none. */
export function weightEpoch(
  { images, ...event }: WeightEpoch,
  { loss, correct, gradientNorm }: Readonly<TrainingSums>,
): SearchEpochEvent {
  return {
    ...{ kind: "search-epoch", ...event, weightLoss: loss, weightAccuracy: correct / images, gradientNorm },
    ...{ architectureLoss: null, architectureAccuracy: null },
  };
}
