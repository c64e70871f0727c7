/** @file What a `config.json` of this format may hold, for the reader; as a JSON Schema for editors and other programs. */
import { z } from "zod";
import { BOUNDS } from "../bounds.ts";
import type { RunConfig } from "./run-config.ts";

const count = z.int().min(1);
const upTo = (most: number) => count.max(most);
const side = upTo(BOUNDS.imageSide);
const pixels = z.int().min(0).max(BOUNDS.imageSide);

const channelValues = z.array(z.number()).max(3).readonly();

const networkSpecSchema = z.object({
  imageSize: z.object({ height: side, width: side }),
  imageChannels: upTo(3),
  classCount: z.int().min(2).max(BOUNDS.classes),
  initChannels: upTo(BOUNDS.channels),
  cellCount: upTo(BOUNDS.cells),
  stem: z.enum(["cifar", "imagenet"]),
  affine: z.boolean(),
  poolNorm: z.boolean(),
  skipNorm: z.boolean(),
  auxiliaryHead: z.boolean(),
});

const augmentationSchema = z.object({
  cropPadding: pixels,
  horizontalFlip: z.boolean(),
  cutoutSize: pixels,
});

const architectureSchema = z.object({
  measurements: upTo(BOUNDS.measurements),
  dictionary: z.enum(["uniform", "gaussian", "unit-norm"]),
  l1Weight: z.number(),
  solver: z.enum(["exact", "ista", "fista", "coordinate-descent"]),
  learningRate: z.number(),
  weightDecay: z.number(),
});

const phase = { network: networkSpecSchema, augmentation: augmentationSchema };
const sgd = {
  batch: upTo(BOUNDS.batch),
  learningRate: z.number(),
  momentum: z.number(),
  weightDecay: z.number(),
  clipNorm: z.number(),
};
const annealing = { epochs: upTo(BOUNDS.epochs), finalLearningRate: z.number(), recompute: z.boolean().default(false) };
const supervision = { labelSmoothing: z.number(), auxiliaryWeight: z.number() };

const searchSchema = z.object({ ...phase, ...annealing, ...sgd, architecture: architectureSchema });

const oneStageSchema = z.object({
  ...{ ...phase, ...sgd, ...supervision },
  maxEpochs: upTo(BOUNDS.epochs),
  recompute: z.boolean(),
  architecture: architectureSchema,
  freeze: z.object({ rule: z.enum(["distance", "support"]), epsilon: z.number(), patience: upTo(BOUNDS.epochs) }),
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
  checkpoints: z.object({ minutes: z.number(), kept: upTo(BOUNDS.checkpoints) }),
  maxLoss: z.number(),
  sparsity: upTo(BOUNDS.dictionary),
  genotypeName: z.string().nullable(),
  data: z.object({
    name: z.string(),
    path: z.string(),
    location: z.string(),
    fingerprint: z.string().nullable(),
    imageSize: side.nullable(),
    testFraction: z.number(),
    maxBadImageRate: z.number(),
    trainImages: upTo(BOUNDS.images),
    testImages: upTo(BOUNDS.images),
  }),
  classNames: z.array(z.string()).min(2).max(BOUNDS.classes).readonly(),
  normalisation: z.object({ mean: channelValues, standardDeviation: channelValues }),
  search: searchSchema.nullable(),
  oneStage: oneStageSchema.nullable().default(null),
  retrain: retrainSchema,
  identity: z.string().optional(),
});

/** The same as a JSON Schema, draft 2020-12. Fields that have a default may be missing. */
export function runConfigJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(runConfigSchema, { io: "input" });
}
