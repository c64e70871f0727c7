/** @file What a `config.json` of this format may hold, for the reader; as a JSON Schema for editors and other programs. */
import { z } from "zod";
import type { RunConfig } from "./run-config.ts";

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

const phase = { network: networkSpecSchema, augmentation: augmentationSchema };
const sgd = {
  batch: count,
  learningRate: z.number(),
  momentum: z.number(),
  weightDecay: z.number(),
  clipNorm: z.number(),
};
const annealing = { epochs: count, finalLearningRate: z.number(), recompute: z.boolean().default(false) };
const supervision = { labelSmoothing: z.number(), auxiliaryWeight: z.number() };

const searchSchema = z.object({ ...phase, ...annealing, ...sgd, architecture: architectureSchema });

const oneStageSchema = z.object({
  ...{ ...phase, ...sgd, ...supervision },
  maxEpochs: count,
  recompute: z.boolean(),
  architecture: architectureSchema,
  freeze: z.object({ rule: z.enum(["distance", "support"]), epsilon: z.number(), patience: count }),
  limits: z.object({ maxParameters: count.nullable(), maxMacs: count.nullable() }),
  costWeight: z.number(),
});

const retrainSchema = z.object({ ...phase, ...annealing, ...sgd, ...supervision, dropPathRate: z.number() });

/** Of this format; older ones are upgraded before. */
export const runConfigSchema: z.ZodType<RunConfig> = z.object({
  formatVersion: z.literal(2),
  version: z.string(),
  command: z.enum(["search", "train"]),
  strategy: z.enum(["two-stage", "one-stage"]).nullable(),
  seed: z.int(),
  timeBudget: z.number().nullable(),
  checkpoints: z.object({ minutes: z.number(), kept: count }),
  maxLoss: z.number(),
  sparsity: count,
  genotypeName: z.string().nullable(),
  data: z.object({
    name: z.string(),
    path: z.string(),
    location: z.string(),
    fingerprint: z.string().nullable(),
    imageSize: count.nullable(),
    testFraction: z.number(),
    maxBadImageRate: z.number(),
    trainImages: count,
    testImages: count,
  }),
  classNames: z.array(z.string()).min(2).readonly(),
  normalisation: z.object({ mean: z.array(z.number()).readonly(), standardDeviation: z.array(z.number()).readonly() }),
  search: searchSchema.nullable(),
  oneStage: oneStageSchema.nullable().default(null),
  retrain: retrainSchema,
});

/** The same as a JSON Schema, draft 2020-12. Fields that have a default may be missing. */
export function runConfigJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(runConfigSchema, { io: "input" });
}
