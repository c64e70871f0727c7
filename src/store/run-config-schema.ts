/** @file What a `config.json` of this format may hold, for the reader; as a JSON Schema for editors and other programs. */
import { z } from "zod";
import { BOUNDS } from "../bounds.ts";
import { FITS, SAMPLINGS } from "../data/index.ts";
import { ARITHMETICS } from "../device/index.ts";
import { PLAIN_NAME } from "../options/index.ts";
import { networkShapeSchema, SPACES } from "../spaces/index.ts";
import { STRATEGIES } from "../strategies/index.ts";
import { SCHEDULES } from "../train/index.ts";
import type { RunConfig } from "./run-config.ts";

const count = z.int().min(1);
const upTo = (most: number) => count.max(most);
const side = upTo(BOUNDS.imageSide);
const pixels = z.int().min(0).max(BOUNDS.imageSide);

const taskName = z.string().regex(PLAIN_NAME);

const channelValues = z.array(z.number()).max(3).readonly();

const augmentation = z.object({
  cropPadding: pixels,
  horizontalFlip: z.boolean(),
  cutoutSize: pixels,
  resizedCrop: z.number().min(0).max(1).optional(),
  colourJitter: z.number().min(0).max(1).optional(),
  hueJitter: z.number().min(0).max(0.5).optional(),
});

const training = z.object({
  augmentation,
  // None after a search that leaves nothing to train.
  epochs: z.int().min(0).max(BOUNDS.epochs),
  finalLearningRate: z.number(),
  recompute: z.boolean().default(false),
  batch: upTo(BOUNDS.batch),
  learningRate: z.number(),
  momentum: z.number(),
  weightDecay: z.number(),
  clipNorm: z.number(),
  labelSmoothing: z.number(),
  auxiliaryWeight: z.number(),
  dropPathRate: z.number(),
  accumulate: upTo(BOUNDS.batch).optional(),
  warmupEpochs: upTo(BOUNDS.epochs).optional(),
  schedule: z.enum(SCHEDULES).optional(),
});

const moduleSchema = z.object({ path: z.string(), sha256: z.string() });
const module = moduleSchema.optional();

const whole = z.object({
  formatVersion: z.literal(3),
  version: z.string(),
  command: z.enum(["search", "train"]),
  seed: z.int(),
  arithmetic: z.enum(ARITHMETICS).default("separate"),
  timeBudget: z.number().nullable(),
  computeBudget: z.number().optional(),
  searchBudget: z.number().optional(),
  decisions: z
    .array(z.object({ of: z.enum(["size", "strategy"]), chosen: z.string(), reason: z.string() }))
    .readonly()
    .optional(),
  checkpoints: z.object({ minutes: z.number(), kept: upTo(BOUNDS.checkpoints) }),
  maxLoss: z.number(),
  architectureName: z.string().nullable(),
  data: z.object({
    name: z.string(),
    path: z.string(),
    location: z.string(),
    fingerprint: z.string().nullable(),
    tasks: z.array(taskName).min(1).max(BOUNDS.tasks).readonly().optional(),
    imageSize: side.nullable(),
    fit: z.enum(FITS).default("crop"),
    testFraction: z.number(),
    maxBadImageRate: z.number(),
    trainImages: upTo(BOUNDS.images),
    testImages: upTo(BOUNDS.images),
  }),
  classNames: z.array(z.string()).min(2).max(BOUNDS.classes).readonly(),
  otherTasks: z
    .array(z.object({ name: taskName, classNames: z.array(z.string()).min(2).max(BOUNDS.classes).readonly() }))
    .min(1)
    .max(BOUNDS.tasks)
    .readonly()
    .optional(),
  normalisation: z.object({ mean: channelValues, standardDeviation: channelValues }),
  classWeights: z.array(z.number().positive()).max(BOUNDS.classes).readonly().nullable().default(null),
  sampling: z.enum(SAMPLINGS).default("as-is"),
  identity: z.string().optional(),
});

/** Any network, with whatever its space says of it. */
const network = networkShapeSchema.and(z.looseObject({}));

/** Of this format, but for what space and strategy say; older ones are upgraded before. */
export const runConfigSchema: z.ZodType<RunConfig> = whole.extend({
  space: z.object({ kind: z.string(), module, options: z.unknown() }),
  strategy: z
    .object({
      ...{ kind: z.string(), module, network, proxy: network.optional(), augmentation, options: z.unknown() },
      afterwards: z.enum(["retrain", "continue"]).optional(),
      settledEpochs: upTo(BOUNDS.epochs).optional(),
    })
    .nullable(),
  training: training.extend({ network }),
});

/**
 * The same as a JSON Schema, draft 2020-12, with what the spaces and strategies that come with the package say: `allOf` of what all runs have, of what
 * each space asks for, and of what each strategy does. Fields that have a default may be missing.
 */
export function runConfigJsonSchema(): z.core.JSONSchema.BaseSchema {
  const kindOf = ({ kind }: { readonly kind: string }) => z.literal(kind);
  // What a module of one's own says is checked when it is loaded.
  const ofModule = z.looseObject({ module: moduleSchema });
  const bySpace = SPACES.map((space) => {
    const phase = z.looseObject({ network: space.macroSchema });
    const part = z.looseObject({ kind: kindOf(space), options: space.optionsSchema });
    const searching = phase.extend({ proxy: space.macroSchema.optional() });
    return z.looseObject({ space: part, strategy: searching.nullable(), training: phase });
  });
  const byStrategy = STRATEGIES.map((strategy) => {
    return z.looseObject({ strategy: z.looseObject({ kind: kindOf(strategy), options: strategy.optionsSchema }) });
  });
  const { $schema, ...schema } = z.toJSONSchema(runConfigSchema, { io: "input" });
  const [spaces, strategies] = [
    z.union([...bySpace, z.looseObject({ space: ofModule })]),
    z.union([...byStrategy, z.looseObject({ strategy: ofModule }), z.looseObject({ strategy: z.null() })]),
  ].map((parts) => {
    const { $schema: _, ...rest } = z.toJSONSchema(parts, { io: "input" });
    return rest;
  });
  return { $schema, allOf: [schema, spaces, strategies] } as z.core.JSONSchema.BaseSchema;
}
