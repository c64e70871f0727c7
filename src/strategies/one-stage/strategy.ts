/** @file One-stage ISTA-NAS as people choose it: search under the final network's own size, and train on with the same weights. */
import { z } from "zod";
import { BOUNDS } from "../../bounds.ts";
import { choiceFlag, integerFlag, numberFlag } from "../../options/index.ts";
import {
  architectureStateSchema,
  COMPRESSION_FLAGS,
  type CompressionGiven,
  changeOf,
  compressionChanges,
  compressionOptions,
  compressionRates,
  compressionSchema,
  epochsSchema,
  LIMIT_FLAGS,
  type LimitsGiven,
  ledgerSchema,
  limitsOf,
  limitsSchema,
  MAX_SEARCH_EPOCHS_FLAG,
  oneNetworkSgd,
  placeSchema,
  type Strategy,
  sgdSchema,
  trainingSumsSchema,
  weightTrial,
} from "../../search/index.ts";
import type { RetrainOptions } from "../../train/index.ts";
import { drawArchitecture } from "./draw-architecture.ts";
import type { FreezeOptions } from "./freeze-rule.ts";
import { type OneStageOptions, OneStageSearch, type OneStageState } from "./one-stage-search.ts";

export interface OneStageGiven extends CompressionGiven, LimitsGiven {
  readonly maxSearchEpochs?: number;
  readonly freezeRule?: FreezeOptions["rule"];
  readonly freezeEpsilon?: number;
  readonly freezePatience?: number;
  readonly costWeight?: number;
}

const ARCHITECTURE_RATE = 3e-4;

const count = z.int().min(0);

const stateSchema: z.ZodType<OneStageState> = placeSchema.and(
  z.object({
    sums: trainingSumsSchema,
    architecture: architectureStateSchema,
    epochStart: architectureStateSchema,
    ledger: ledgerSchema,
    quiet: z.array(count),
    frozenAt: z.array(count.nullable()),
  }),
);

export const oneStage: Strategy<OneStageOptions, OneStageState, OneStageGiven> = {
  kind: "one-stage",
  summary: "search under the final network's own size, and go on with the same weights",
  title: "one-stage ISTA-NAS",
  images: "all",
  settles: true,
  afterwards: "continue",
  flags: {
    ...COMPRESSION_FLAGS,
    ...LIMIT_FLAGS,
    maxSearchEpochs: MAX_SEARCH_EPOCHS_FLAG,
    freezeRule: choiceFlag(
      "freeze-rule",
      ["distance", "support"],
      "one-stage: a group freezes when its code, or its support, stands still (default: distance)",
    ),
    freezeEpsilon: numberFlag("freeze-epsilon", "DISTANCE", "one-stage: how far a code may move (default: 0.001)", {
      min: 0,
    }),
    freezePatience: integerFlag("freeze-patience", "COUNT", "one-stage: epochs in a row (default: 1)", {
      min: 1,
      max: BOUNDS.epochs,
    }),
    costWeight: numberFlag(
      "cost-weight",
      "WEIGHT",
      "one-stage: how much dearer to the sparse code a large candidate is (default: 0)",
      { min: 0 },
    ),
  },
  optionsSchema: sgdSchema.and(
    z.object({
      labelSmoothing: z.number(),
      auxiliaryWeight: z.number(),
      maxEpochs: epochsSchema,
      architecture: compressionSchema,
      freeze: z.object({ rule: z.enum(["distance", "support"]), epsilon: z.number(), patience: epochsSchema }),
      limits: limitsSchema,
      costWeight: z.number(),
    }),
  ),
  stateSchema,
  changes: {
    ...compressionChanges<OneStageOptions>(),
    maxSearchEpochs: changeOf("maxEpochs"),
  },
  epochsOption: "maxSearchEpochs",
  presets: { demo: { maxSearchEpochs: 6 }, cifar10: { maxSearchEpochs: 600 } },
  options(given: OneStageGiven, training: RetrainOptions): OneStageOptions {
    return {
      ...oneNetworkSgd(training),
      maxEpochs: given.maxSearchEpochs ?? 120,
      architecture: compressionOptions(given, ARCHITECTURE_RATE),
      freeze: {
        rule: given.freezeRule ?? "distance",
        epsilon: given.freezeEpsilon ?? 1e-3,
        patience: given.freezePatience ?? 1,
      },
      limits: limitsOf(given),
      costWeight: given.costWeight ?? 0,
    };
  },
  batchOf: ({ batch }) => batch,
  ratesOf: (options) => compressionRates(options, ARCHITECTURE_RATE),
  firstSupports: (context, options) => drawArchitecture(context, options).supports,
  trial: (inputs, options) =>
    weightTrial(inputs, { ...options, mixture: true, dropPath: false, returnsMixtureGradient: true }),
  start: (context, options, from) => new OneStageSearch(context, drawArchitecture(context, options), options, from),
};
