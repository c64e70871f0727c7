/** @file The options of sparse coding, which every strategy that recovers codes takes: as flags, and in `config.json`. */
import { z } from "zod";
import { BOUNDS } from "../bounds.ts";
import { IstaNasError } from "../error.ts";
import { choiceFlag, type FlagTable, integerFlag, numberFlag } from "../options/index.ts";
import { DICTIONARY_DISTRIBUTIONS, type DictionaryDistribution, type LassoSolverName } from "../sparse/index.ts";

export interface CompressionOptions {
  /** Length m of each measurement; that of `identity` dictionaries is the number of candidates instead. Default 7. */
  readonly measurements: number;
  /** How the dictionary is drawn; `learned`: as `unit-norm`, and then learned from the measurements of past recoveries. */
  readonly dictionary: DictionaryDistribution | "learned";
  /** Where measurements begin: anywhere, or at A z for a random z with as many entries as are kept. Default `random`, as published. */
  readonly measurementStart: "random" | "sparse";
  /** At which scale: a thousandth of a standard normal, or that at which mixture weights have a root mean square of 1. Default `small`, as published. */
  readonly measurementScale: "small" | "unit";
  /**
   * What codes are on their support: the LASSO's entries, from which mixture weights take one step as b moves, or the least squares of the present b.
   * Default `truncated`, as published.
   */
  readonly codes: "truncated" | "debiased";
  /** Weight of the l1 norm in the recovery. Default 1e-5. */
  readonly l1Weight: number;
  readonly solver: LassoSolverName;
  readonly learningRate: number;
  /** Weight decay of Adam. Default 1e-3. */
  readonly weightDecay: number;
  /** For each group of the space, what multiplies the l1 weight of each candidate. Default: ones. */
  readonly l1Factors?: readonly (readonly number[])[];
}

export interface CompressionGiven {
  readonly measurements?: number;
  readonly dictionary?: CompressionOptions["dictionary"];
  readonly measurementStart?: CompressionOptions["measurementStart"];
  readonly measurementScale?: CompressionOptions["measurementScale"];
  readonly codes?: CompressionOptions["codes"];
  readonly l1Weight?: number;
  readonly solver?: LassoSolverName;
  readonly architectureRate?: number;
}

const DICTIONARIES: readonly CompressionOptions["dictionary"][] = [...DICTIONARY_DISTRIBUTIONS, "learned"];

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
    DICTIONARIES,
    "how dictionaries are drawn, or that they are learned (default: uniform, as published)",
  ),
  measurementStart: choiceFlag(
    "measurement-start",
    ["random", "sparse"],
    "where measurements begin: anywhere, or at those of random sparse codes (default: random, as published)",
  ),
  measurementScale: choiceFlag(
    "measurement-scale",
    ["small", "unit"],
    "at which scale they begin: a thousandth, or that at which mixture weights are about 1 (default: small, as published)",
  ),
  codes: choiceFlag(
    "codes",
    ["truncated", "debiased"],
    "what multiplies kept candidates: a step from the code that was cut, or least squares (default: truncated, as published)",
  ),
  solver: choiceFlag(
    "solver",
    ["exact", "fista", "ista", "coordinate-descent"],
    "how the LASSO is solved (default: exact)",
  ),
};

export const compressionSchema: z.ZodType<CompressionOptions> = z.object({
  measurements: z.int().min(1).max(BOUNDS.measurements),
  dictionary: z.enum(DICTIONARIES),
  measurementStart: z.enum(["random", "sparse"]).default("random"),
  measurementScale: z.enum(["small", "unit"]).default("small"),
  codes: z.enum(["truncated", "debiased"]).default("truncated"),
  l1Weight: z.number(),
  solver: z.enum(["exact", "ista", "fista", "coordinate-descent"]),
  learningRate: z.number(),
  weightDecay: z.number(),
});

/**
 * Complete options; `learningRate`: of Adam, where none was given.
 * @throws `E_USAGE_MEASUREMENTS` for a length that the dictionary does not ask for.
 */
export function compressionOptions(given: CompressionGiven, learningRate: number): CompressionOptions {
  if (given.dictionary === "identity" && given.measurements !== undefined) {
    throw new IstaNasError(
      `--measurements: got ${given.measurements} with --dictionary identity, whose measurements are as long as a group has candidates`,
      { code: "E_USAGE_MEASUREMENTS", kind: "usage", hint: "leave one of them out" },
    );
  }
  return {
    measurements: given.measurements ?? 7,
    dictionary: given.dictionary ?? "uniform",
    measurementStart: given.measurementStart ?? "random",
    measurementScale: given.measurementScale ?? "small",
    codes: given.codes ?? "truncated",
    l1Weight: given.l1Weight ?? 1e-5,
    solver: given.solver ?? "exact",
    learningRate: given.architectureRate ?? learningRate,
    weightDecay: 1e-3,
  };
}
