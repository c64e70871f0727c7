/** @file What checkpoints hold of a search, in the parts that strategies share. */
import { z } from "zod";
import type { AdamState, TrainingPlace, TrainingSums } from "../train/index.ts";
import type { LogitsState } from "./candidate-logits.ts";
import type { ArchitectureState } from "./compressed-architecture.ts";
import type { CodeState } from "./compressed-group.ts";
import type { LedgerState } from "./exploration-ledger.ts";

const count = z.int().min(0);
const numbers = z.array(z.number());

/** Where a search or training stands: epochs that are over, steps of the next one. */
export const placeSchema: z.ZodType<TrainingPlace> = z.object({ epoch: count, step: count });

/** Of an epoch so far. */
export const trainingSumsSchema: z.ZodType<TrainingSums> = z.object({
  loss: z.number(),
  correct: count,
  otherCorrect: z.array(count).exactOptional(),
  gradientNorm: z.number(),
});

/** Of an `Adam`. */
const adamSchema: z.ZodType<AdamState> = z.object({ steps: count, means: numbers, squares: numbers });

const codeSchema: z.ZodType<CodeState> = z.object({
  values: numbers,
  truncated: numbers,
  support: z.array(count),
  residualNorm: z.number(),
  truncatedResidualNorm: z.number(),
  objective: z.number(),
  dualityGap: z.number(),
  kktResidual: z.number(),
  iterations: count,
  converged: z.boolean(),
  solver: z.enum(["exact", "ista", "fista", "coordinate-descent"]),
});

/** Of `CandidateLogits`. */
export const logitsSchema: z.ZodType<LogitsState> = z.object({
  logits: z.array(numbers),
  optimizers: z.array(adamSchema),
});

/** Of a `CompressedArchitecture`. */
export const architectureStateSchema: z.ZodType<ArchitectureState> = z.object({
  groups: z.array(
    z.object({
      measurement: numbers,
      optimizer: adamSchema,
      code: codeSchema,
      isFrozen: z.boolean(),
      learned: z.object({ dictionary: numbers, measurements: z.array(numbers), residual: z.number() }).optional(),
    }),
  ),
});

/** Of an `ExplorationLedger`. */
export const ledgerSchema: z.ZodType<LedgerState> = z.object({
  genotypes: z.array(z.string()),
  switches: z.array(count),
  steps: z.array(z.array(count)),
  last: z.array(z.string()).nullable(),
});
