/** @file Once-for-all as people choose it: a space whose networks are parts of one another, trained once, and any of them chosen afterwards. */
import { z } from "zod";
import { IstaNasError } from "../../error.ts";
import { type FlagTable, numberFlag } from "../../options/index.ts";
import {
  changeOf,
  epochsSchema,
  ledgerSchema,
  limitsOf,
  limitsSchema,
  oneNetworkSgd,
  placeSchema,
  RANKING_FLAGS,
  type RankingGiven,
  type Strategy,
  sgdSchema,
  trainingSumsSchema,
  weightTrial,
} from "../../search/index.ts";
import { LossPass, learningRateFor, type RetrainOptions } from "../../train/index.ts";
import {
  asNested,
  firstSubNetwork,
  type OnceForAllOptions,
  OnceForAllSearch,
  type OnceForAllState,
  wholeStepOptions,
} from "./once-for-all-search.ts";

export interface OnceForAllGiven extends Omit<RankingGiven, "pathSteps"> {
  readonly distillation?: number;
}

const { pathSteps: _, ...rankingFlags } = RANKING_FLAGS;
const DISTILLATION = { min: 0, max: 100 };

const count = z.int().min(0);
const supportsSchema = z.array(z.array(count));

const flags: FlagTable<OnceForAllGiven> = {
  ...rankingFlags,
  distillation: numberFlag(
    "distillation",
    "RATIO",
    "once-for-all: weight of the loss by soft labels of the largest network, beside that by labels (default: 1)",
    DISTILLATION,
  ),
};

export const onceForAll: Strategy<OnceForAllOptions, OnceForAllState, OnceForAllGiven> = {
  kind: "once-for-all",
  summary:
    "train all sub-networks of the largest network at once, by progressive shrinking, and choose one of them for any limits without training it (--space mobile)",
  title: "once-for-all",
  images: "held-out",
  afterwards: "none",
  needs: "nesting",
  specialises: true,
  tellsOneTask: true,
  flags,
  optionsSchema: sgdSchema.and(
    z.object({
      labelSmoothing: z.number(),
      auxiliaryWeight: z.number(),
      epochs: epochsSchema,
      rankingShare: z.number().min(0.05).max(0.9),
      rankingBatches: z.int().min(1),
      distillation: z.number().min(DISTILLATION.min).max(DISTILLATION.max),
      limits: limitsSchema,
    }),
  ),
  stateSchema: placeSchema.and(
    z.object({
      sums: trainingSumsSchema.and(z.object({ heldOutLoss: z.number(), heldOutCorrect: count, networks: count })),
      phase: count,
      supports: supportsSchema,
      measuring: z
        .object({
          trainingEpochs: count,
          measured: z.array(z.object({ supports: supportsSchema, accuracy: z.number() }).nullable()),
        })
        .nullable(),
      ledger: ledgerSchema,
    }),
  ),
  changes: {
    learningRate: changeOf("learningRate"),
    weightDecay: changeOf("weightDecay"),
    epochs: changeOf("epochs"),
  },
  epochsOption: "epochs",
  presets: { demo: { epochs: 30 }, cifar10: { epochs: 600 } },
  options(given: OnceForAllGiven, training: RetrainOptions): OnceForAllOptions {
    const { accumulate, ...sgd } = oneNetworkSgd(training);
    if (accumulate !== undefined) throw refusedParts(accumulate);
    return {
      ...sgd,
      epochs: given.epochs ?? 60,
      rankingShare: given.rankingShare ?? 0.1,
      rankingBatches: given.rankingBatches ?? 8,
      distillation: given.distillation ?? 1,
      limits: limitsOf(given),
    };
  },
  batchOf: ({ batch }) => batch,
  ratesOf: ({ batch, learningRate }) => [{ option: "learningRate", rate: learningRate, usual: learningRateFor(batch) }],
  firstSupports: ({ space }, { limits }) => firstSubNetwork(asNested(space), limits),
  // Steps of all phases take about as much as one of the largest network with a forward pass of its teacher: smaller ones are several a step.
  trial: (inputs, options) =>
    weightTrial(inputs, wholeStepOptions(options), (build) => LossPass.compile(inputs.device, build, options.batch)),
  start: (context, options, from) => new OnceForAllSearch(context, options, from),
};

/** Its gradients are added up over sub-networks, each of a whole batch. */
function refusedParts(accumulate: number): IstaNasError {
  return new IstaNasError(`--accumulate: got ${accumulate} with strategy once-for-all, expected 1`, {
    code: "E_USAGE_OPTION",
    kind: "usage",
    hint: "give a smaller --batch instead, or add --accumulate 1 where a preset asks for parts",
  });
}
