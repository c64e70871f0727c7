/** @file Where a run stands, as plain data: what a checkpoint keeps beside the persistent values of the device. */
import { z } from "zod";
import type { ArchitectureState, CodeState, LedgerState, OneStageState, TwoStageState } from "../search/index.ts";
import type { TrainerState } from "../train/index.ts";

export type RunState =
  | { readonly phase: "search"; readonly strategy: "two-stage"; readonly search: TwoStageState }
  | { readonly phase: "search"; readonly strategy: "one-stage"; readonly search: OneStageState }
  | {
      readonly phase: "retrain";
      /** As `formatGenotypeJson` writes it. */
      readonly genotype: string;
      /** What `summary.json` says about the search. */
      readonly details: Readonly<Record<string, unknown>>;
      readonly training: TrainerState;
    };

const count = z.int().min(0);
const numbers = z.array(z.number());
const place = { epoch: count, step: count };

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

const architectureSchema: z.ZodType<ArchitectureState> = z.object({
  groups: z.array(
    z.object({
      measurement: numbers,
      optimizer: z.object({ steps: count, means: numbers, squares: numbers }),
      code: codeSchema,
      isFrozen: z.boolean(),
    }),
  ),
});

const ledgerSchema: z.ZodType<LedgerState> = z.object({
  genotypes: z.array(z.string()),
  switches: z.array(count),
  steps: z.array(z.array(count)),
  last: z.array(z.string()).nullable(),
});

const trainingSums = z.object({ loss: z.number(), correct: count, gradientNorm: z.number() });

const twoStageSchema: z.ZodType<TwoStageState> = z.object({
  ...place,
  sums: z.object({
    weightLoss: z.number(),
    weightCorrect: count,
    gradientNorm: z.number(),
    architectureLoss: z.number(),
    architectureCorrect: count,
  }),
  architecture: architectureSchema,
  ledger: ledgerSchema,
});

const oneStageSchema: z.ZodType<OneStageState> = z.object({
  ...place,
  sums: trainingSums,
  architecture: architectureSchema,
  epochStart: architectureSchema,
  ledger: ledgerSchema,
  quiet: z.array(count),
  frozenAt: z.array(count.nullable()),
});

export const runStateSchema: z.ZodType<RunState> = z.union([
  z.object({ phase: z.literal("search"), strategy: z.literal("two-stage"), search: twoStageSchema }),
  z.object({ phase: z.literal("search"), strategy: z.literal("one-stage"), search: oneStageSchema }),
  z.object({
    phase: z.literal("retrain"),
    genotype: z.string(),
    details: z.record(z.string(), z.unknown()),
    training: z.object({ ...place, sums: trainingSums }),
  }),
]);
