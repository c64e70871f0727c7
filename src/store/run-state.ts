/** @file Where a run stands, as plain data: what a checkpoint keeps beside the persistent values of the device. */
import { z } from "zod";
import { placeSchema, type Settling, trainingSumsSchema } from "../search/index.ts";
import type { TrainerState, TrainingPlace } from "../train/index.ts";

export type RunState =
  | {
      readonly phase: "search";
      /** Its kind. */
      readonly strategy: string;
      /** As the strategy describes it. */
      readonly search: TrainingPlace;
      /** In all, as planned here. Missing without a budget, for a strategy without epochs, and in checkpoints of earlier versions. */
      readonly epochs?: number | undefined;
      readonly budgetReadings?: readonly number[] | undefined;
      /** Of a search that may settle. */
      readonly settling?: Settling | undefined;
    }
  | {
      readonly phase: "retrain";
      /** As its space formats it in JSON. */
      readonly architecture: string;
      /** What `summary.json` says about the search. */
      readonly details: Readonly<Record<string, unknown>>;
      readonly training: TrainerState;
      /** In all, as planned here: under a budget they change as the training goes on. Missing in checkpoints of earlier versions. */
      readonly epochs?: number | undefined;
      /** What the run had taken at the ends of its last epochs, in the unit of its budget. Missing without one, and as above. */
      readonly budgetReadings?: readonly number[] | undefined;
    };

const budgeted = {
  epochs: z.int().min(1).optional(),
  budgetReadings: z.array(z.number().min(0)).readonly().optional(),
};

const training = {
  phase: z.literal("retrain"),
  details: z.record(z.string(), z.unknown()),
  training: placeSchema.and(z.object({ sums: trainingSumsSchema })),
  ...budgeted,
};

export const runStateSchema: z.ZodType<RunState> = z.union([
  z.object({
    phase: z.literal("search"),
    strategy: z.string(),
    search: placeSchema.and(z.looseObject({})),
    ...budgeted,
    settling: z.object({ stillEpochs: z.int().min(0), settledAt: z.int().min(1).nullable() }).optional(),
  }),
  z.object({ ...training, architecture: z.string() }),
  // As earlier versions wrote it.
  z
    .object({ ...training, genotype: z.string() })
    .transform(({ genotype, ...state }) => ({ ...state, architecture: genotype })),
]);
