/** @file `config.json`: everything that a run was asked to do and what is needed to use its network again. */
import { z } from "zod";
import type { Augmentation, PixelStatistics } from "../data/index.ts";
import { IstaNasError } from "../error.ts";
import type { NetworkSpec } from "../network/index.ts";
import type { OneStageOptions, TwoStageOptions } from "../search/index.ts";
import type { RetrainOptions } from "../train/index.ts";
import type { RunFolder } from "./run-folder.ts";

/** What a phase trains, and how its images are augmented. */
export interface PhaseConfig {
  readonly network: NetworkSpec;
  readonly augmentation: Augmentation;
}

export interface RunConfig {
  readonly formatVersion: 1;
  /** Version of ista-nas that wrote the run. */
  readonly version: string;
  /** `search` finds the genotype, `train` was given one. */
  readonly command: "search" | "train";
  readonly strategy: "two-stage" | "one-stage" | null;
  readonly seed: number;
  readonly data: {
    readonly name: string;
    /** As typed. */
    readonly path: string;
    readonly trainImages: number;
    readonly testImages: number;
  };
  readonly classNames: readonly string[];
  /** Of the training pixels, per channel, in 0..1 units. */
  readonly normalisation: PixelStatistics;
  /** Of a two-stage search. */
  readonly search: (TwoStageOptions & PhaseConfig) | null;
  /** Of a one-stage search: network and batches are those of the training that goes on from it. */
  readonly oneStage: (OneStageOptions & PhaseConfig) | null;
  readonly retrain: RetrainOptions & PhaseConfig;
}

const count = z.int().min(1);

const networkSpecSchema = z.object({
  imageSize: z.object({ height: count, width: count }),
  imageChannels: z.int().min(1),
  classCount: z.int().min(2),
  initChannels: count,
  cellCount: count,
  stem: z.enum(["cifar", "imagenet"]),
  affine: z.boolean(),
  poolNorm: z.boolean(),
  skipNorm: z.boolean(),
  auxiliaryHead: z.boolean(),
});

const augmentationSchema = z.object({
  cropPadding: z.int().min(0),
  horizontalFlip: z.boolean(),
  cutoutSize: z.int().min(0),
});

const architectureSchema = z.object({
  measurements: count,
  dictionary: z.enum(["uniform", "gaussian", "unit-norm"]),
  l1Weight: z.number(),
  solver: z.enum(["exact", "ista", "fista", "coordinate-descent"]),
  learningRate: z.number(),
  weightDecay: z.number(),
});

const searchSchema = z.object({
  network: networkSpecSchema,
  augmentation: augmentationSchema,
  epochs: count,
  batch: count,
  learningRate: z.number(),
  finalLearningRate: z.number(),
  momentum: z.number(),
  weightDecay: z.number(),
  clipNorm: z.number(),
  recompute: z.boolean().default(false),
  architecture: architectureSchema,
});

const oneStageSchema = z.object({
  network: networkSpecSchema,
  augmentation: augmentationSchema,
  maxEpochs: count,
  batch: count,
  learningRate: z.number(),
  momentum: z.number(),
  weightDecay: z.number(),
  clipNorm: z.number(),
  labelSmoothing: z.number(),
  auxiliaryWeight: z.number(),
  recompute: z.boolean(),
  architecture: architectureSchema,
  freeze: z.object({ rule: z.enum(["distance", "support"]), epsilon: z.number(), patience: count }),
  limits: z.object({ maxParameters: count.nullable(), maxMacs: count.nullable() }),
  costWeight: z.number(),
});

const retrainSchema = z.object({
  network: networkSpecSchema,
  augmentation: augmentationSchema,
  epochs: count,
  batch: count,
  learningRate: z.number(),
  finalLearningRate: z.number(),
  momentum: z.number(),
  weightDecay: z.number(),
  clipNorm: z.number(),
  labelSmoothing: z.number(),
  auxiliaryWeight: z.number(),
  dropPathRate: z.number(),
  recompute: z.boolean().default(false),
});

const runConfigSchema: z.ZodType<RunConfig> = z.object({
  formatVersion: z.literal(1),
  version: z.string(),
  command: z.enum(["search", "train"]),
  strategy: z.enum(["two-stage", "one-stage"]).nullable(),
  seed: z.int(),
  data: z.object({
    name: z.string(),
    path: z.string(),
    trainImages: count,
    testImages: count,
  }),
  classNames: z.array(z.string()).min(2).readonly(),
  normalisation: z.object({ mean: z.array(z.number()).readonly(), standardDeviation: z.array(z.number()).readonly() }),
  search: searchSchema.nullable(),
  oneStage: oneStageSchema.nullable().default(null),
  retrain: retrainSchema,
});

/** Reads and checks the configuration of a run. Throws `E_RUN_CONFIG` naming the first field that is wrong. */
export function loadRunConfig(folder: RunFolder): RunConfig {
  const wrong = (what: string, cause?: unknown) =>
    new IstaNasError(`run ${folder.name}: config.json: ${what}`, {
      code: "E_RUN_CONFIG",
      hint: "the file was changed or written by another version: run again",
      cause,
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(folder.read("config.json").toString("utf8"));
  } catch (cause) {
    throw wrong(`not JSON: ${(cause as Error).message}`, cause);
  }
  const result = runConfigSchema.safeParse(parsed);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw wrong(`${issue.path.join(".")}: ${issue.message}`);
}
