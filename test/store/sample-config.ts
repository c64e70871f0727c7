/** The configuration of a small two-stage run, as this version writes it. */
import type { RunConfig } from "../../src/store/index.ts";
import { TINY_SPEC } from "../tiny-spec.ts";

const AUGMENTATION = { cropPadding: 1, horizontalFlip: true, cutoutSize: 0 };
const SGD = { batch: 8, learningRate: 0.025, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, recompute: false };

export const SAMPLE_CONFIG: RunConfig = {
  ...{ formatVersion: 2, version: "0.1.0", command: "search", strategy: "two-stage", seed: 5, timeBudget: null },
  ...{ checkpoints: { minutes: 10, kept: 3 }, maxLoss: 1000, sparsity: 2, genotypeName: null },
  data: {
    ...{ name: "photos", path: "photos", location: "/data/photos", fingerprint: "ab".repeat(32), imageSize: null },
    ...{ testFraction: 0.2, maxBadImageRate: 0.01, trainImages: 80, testImages: 20 },
  },
  classNames: ["a", "b", "c", "d", "e"],
  normalisation: { mean: [0.5, 0.5, 0.5], standardDeviation: [0.25, 0.25, 0.25] },
  search: {
    ...{ network: TINY_SPEC, augmentation: AUGMENTATION, epochs: 4, finalLearningRate: 0.001, ...SGD },
    architecture: {
      ...{ measurements: 7, dictionary: "uniform", l1Weight: 1e-5, solver: "exact" },
      ...{ learningRate: 6e-4, weightDecay: 1e-3 },
    },
  },
  oneStage: null,
  retrain: {
    ...{ network: TINY_SPEC, augmentation: AUGMENTATION, epochs: 4, finalLearningRate: 0, ...SGD },
    ...{ labelSmoothing: 0, auxiliaryWeight: 0, dropPathRate: 0 },
  },
};
