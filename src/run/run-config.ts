/** @file `config.json`: everything that a run was asked to do and what is needed to use its network again. */
import { z } from "zod";
import { IstaNasError } from "../error.ts";
import type { RunFolder } from "./run-folder.ts";

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
  architecture: z.object({
    measurements: count,
    dictionary: z.enum(["uniform", "gaussian", "unit-norm"]),
    l1Weight: z.number(),
    solver: z.enum(["exact", "ista", "fista", "coordinate-descent"]),
    learningRate: z.number(),
    weightDecay: z.number(),
  }),
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
});

const runConfigSchema = z.object({
  formatVersion: z.literal(1),
  /** Version of ista-nas that wrote the run. */
  version: z.string(),
  /** `search` finds the genotype, `train` was given one. */
  command: z.enum(["search", "train"]),
  strategy: z.enum(["two-stage"]).nullable(),
  seed: z.int(),
  data: z.object({
    name: z.string(),
    /** As typed. */
    path: z.string(),
    trainImages: count,
    testImages: count,
  }),
  classNames: z.array(z.string()).min(2),
  /** Of the training pixels, per channel, in 0..1 units. */
  normalisation: z.object({ mean: z.array(z.number()), standardDeviation: z.array(z.number()) }),
  search: searchSchema.nullable(),
  retrain: retrainSchema,
});

export type RunConfig = z.infer<typeof runConfigSchema>;

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
