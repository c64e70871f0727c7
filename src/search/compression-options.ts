/** @file The options of sparse coding, which every strategy that recovers codes takes: as flags, and in `config.json`. */
import { z } from "zod";
import { BOUNDS } from "../bounds.ts";
import { choiceFlag, type FlagTable, integerFlag, numberFlag } from "../options/index.ts";
import type { DictionaryDistribution, LassoSolverName } from "../sparse/index.ts";
import type { CompressionOptions } from "./compressed-architecture.ts";

export interface CompressionGiven {
  readonly measurements?: number;
  readonly dictionary?: DictionaryDistribution;
  readonly l1Weight?: number;
  readonly solver?: LassoSolverName;
  readonly architectureRate?: number;
}

export const COMPRESSION_FLAGS: FlagTable<CompressionGiven> = {
  architectureRate: numberFlag(
    "architecture-rate",
    "RATE",
    "rate of Adam on the measurements (default: 0.0006; one-stage: 0.0003)",
    { min: 0 },
  ),
  measurements: integerFlag("measurements", "COUNT", "length of each measurement (default: 7)", {
    min: 1,
    max: BOUNDS.measurements,
  }),
  l1Weight: numberFlag("l1-weight", "WEIGHT", "weight of the l1 norm in the recovery (default: 0.00001)", { min: 0 }),
  dictionary: choiceFlag(
    "dictionary",
    ["uniform", "gaussian", "unit-norm"],
    "how dictionaries are drawn (default: uniform, as published)",
  ),
  solver: choiceFlag(
    "solver",
    ["exact", "fista", "ista", "coordinate-descent"],
    "how the LASSO is solved (default: exact)",
  ),
};

export const compressionSchema: z.ZodType<CompressionOptions> = z.object({
  measurements: z.int().min(1).max(BOUNDS.measurements),
  dictionary: z.enum(["uniform", "gaussian", "unit-norm"]),
  l1Weight: z.number(),
  solver: z.enum(["exact", "ista", "fista", "coordinate-descent"]),
  learningRate: z.number(),
  weightDecay: z.number(),
});

/** Complete options; `learningRate`: of Adam, where none was given. */
export function compressionOptions(given: CompressionGiven, learningRate: number): CompressionOptions {
  return {
    measurements: given.measurements ?? 7,
    dictionary: given.dictionary ?? "uniform",
    l1Weight: given.l1Weight ?? 1e-5,
    solver: given.solver ?? "exact",
    learningRate: given.architectureRate ?? learningRate,
    weightDecay: 1e-3,
  };
}
