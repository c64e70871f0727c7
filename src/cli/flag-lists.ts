/** @file Flags that several commands take. */
import type { PartFlags } from "../run/index.ts";

export const TRAINING_FLAGS = [
  "weightDecay",
  "crop",
  "flip",
  "resizedCrop",
  "colourJitter",
  "hueJitter",
  "cutout",
  "dropPath",
  "auxiliary",
  "labelSmoothing",
  "classWeights",
  "sampling",
  "recompute",
  "accumulate",
  "warmupEpochs",
  "schedule",
  "arithmetic",
  "seed",
  "threads",
  "time",
  "compute",
  "out",
  "new",
  "maxLoss",
  "checkpointMinutes",
  "checkpointsKept",
  "log",
  "mlflowUri",
  "mlflowExperiment",
] as const;

export const DATA_FLAGS = ["tasks", "imageSize", "fit", "maxBadImages", "testFraction"] as const;

/** Those that say what may be found. */
export function spaceFlags({ space }: PartFlags): readonly string[] {
  return ["space", ...Object.keys(space)];
}

/** Everything that is about how an architecture is found. */
export function searchFlags(parts: PartFlags): readonly string[] {
  return [
    ...["strategy", ...spaceFlags(parts), "preset"],
    ...[...Object.keys(parts.macro), "batch", "learningRate"],
    ...Object.keys(parts.strategy),
  ];
}

/** The size of the trained network where it differs from that of the search, and how it is trained. */
export function retrainFlags(parts: PartFlags): readonly string[] {
  return [...Object.keys(parts.retrainMacro), "retrainBatch", "retrainRate"];
}
