/** The configurations of a small two-stage run, of a one-stage one and of a training, as this version writes them. */
import { compressionOptions } from "../../src/search/index.ts";
import type { DartsMacro } from "../../src/spaces/darts/index.ts";
import type { RunConfig } from "../../src/store/index.ts";
import type { OneStageOptions } from "../../src/strategies/one-stage/index.ts";
import type { TwoStageOptions } from "../../src/strategies/two-stage/index.ts";
import { TINY_SPEC } from "../tiny-spec.ts";

const AUGMENTATION = { cropPadding: 1, horizontalFlip: true, cutoutSize: 0 };
const SGD = { batch: 8, learningRate: 0.025, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, recompute: false };

/** Options of the two-stage search. */
export const TWO_STAGE_OPTIONS: TwoStageOptions = {
  ...{ epochs: 4, finalLearningRate: 0.001, ...SGD },
  architecture: compressionOptions({}, 6e-4),
};

/** Options of the one-stage search. */
export const ONE_STAGE_OPTIONS: OneStageOptions = {
  ...{ ...SGD, labelSmoothing: 0, auxiliaryWeight: 0, maxEpochs: 4, costWeight: 0 },
  architecture: compressionOptions({}, 3e-4),
  freeze: { rule: "distance", epsilon: 1e-3, patience: 1 },
  limits: { maxParameters: null, maxMacs: 1_000_000 },
};

/** A configuration whose parts are known. */
export type SampleConfig<Options> = RunConfig & {
  readonly space: { readonly options: { readonly sparsity: number } };
  readonly strategy: NonNullable<RunConfig["strategy"]> & { readonly network: DartsMacro; readonly options: Options };
  readonly training: { readonly network: DartsMacro };
};

export const SAMPLE_CONFIG: SampleConfig<TwoStageOptions> = {
  ...{ formatVersion: 3, version: "0.1.0", command: "search", seed: 5, arithmetic: "separate", timeBudget: null },
  ...{ checkpoints: { minutes: 10, kept: 3 }, maxLoss: 1000, architectureName: null },
  space: { kind: "darts", options: { sparsity: 2 } },
  strategy: { kind: "two-stage", network: TINY_SPEC, augmentation: AUGMENTATION, options: TWO_STAGE_OPTIONS },
  training: {
    ...{ network: TINY_SPEC, augmentation: AUGMENTATION, epochs: 4, finalLearningRate: 0, ...SGD },
    ...{ labelSmoothing: 0, auxiliaryWeight: 0, dropPathRate: 0 },
  },
  data: {
    ...{ name: "photos", path: "photos", location: "/data/photos", fingerprint: "ab".repeat(32), imageSize: null },
    fit: "crop",
    ...{ testFraction: 0.2, maxBadImageRate: 0.01, trainImages: 80, testImages: 20 },
  },
  classNames: ["a", "b", "c", "d", "e"],
  normalisation: { mean: [0.5, 0.5, 0.5], standardDeviation: [0.25, 0.25, 0.25] },
  ...{ classWeights: null, sampling: "as-is" },
};

export const ONE_STAGE_CONFIG: SampleConfig<OneStageOptions> = {
  ...SAMPLE_CONFIG,
  strategy: { ...SAMPLE_CONFIG.strategy, kind: "one-stage", options: ONE_STAGE_OPTIONS },
};

export const TRAINING_CONFIG: RunConfig = {
  ...SAMPLE_CONFIG,
  ...{ command: "train", strategy: null, architectureName: "ISTA_twostage" },
};
