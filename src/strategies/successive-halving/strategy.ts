/** @file Random search by successive halving as people choose it: several random architectures, trained alone, and the best one from scratch. */
import { z } from "zod";
import { integerFlag } from "../../options/index.ts";
import {
  type CommonGiven,
  changeOf,
  EPOCHS_FLAG,
  epochsSchema,
  LIMIT_FLAGS,
  type LimitsGiven,
  ledgerSchema,
  limitsOf,
  limitsSchema,
  placeSchema,
  type Strategy,
  sgdSchema,
  superNetSgd,
  trainingSumsSchema,
  weightTrial,
} from "../../search/index.ts";
import { learningRateFor } from "../../train/index.ts";
import {
  aloneStepOptions,
  drawEntrants,
  type HalvingOptions,
  HalvingSearch,
  type HalvingSearchState,
} from "./halving-search.ts";

export interface HalvingGiven extends LimitsGiven {
  readonly epochs?: number;
  readonly entrants?: number;
  readonly rungs?: number;
}

const ENTRANTS = { min: 2, max: 1024 };
const RUNGS = { min: 1, max: 10 };

const count = z.int().min(0);
const supportsSchema = z.array(z.array(count));

const stateSchema: z.ZodType<HalvingSearchState> = placeSchema.and(
  z.object({
    sums: trainingSumsSchema,
    drawn: z.array(supportsSchema).min(1),
    halving: z.object({
      ...{ entrants: count, rungs: count, steps: count, taken: count },
      losses: z.array(z.array(z.number().nullable())),
    }),
    ...{ supports: supportsSchema, ledger: ledgerSchema },
  }),
);

export const successiveHalving: Strategy<HalvingOptions, HalvingSearchState, HalvingGiven> = {
  kind: "successive-halving",
  summary: "train several random architectures alone, the better half of them on and on, and the best one from scratch",
  title: "random search by successive halving",
  images: "halves",
  afterwards: "retrain",
  sharesWeights: false,
  flags: {
    epochs: EPOCHS_FLAG,
    entrants: integerFlag(
      "entrants",
      "COUNT",
      "successive-halving: random architectures that it begins with, fewer where there are few steps (default: 8)",
      ENTRANTS,
    ),
    rungs: integerFlag(
      "rungs",
      "COUNT",
      "successive-halving: rounds with the same number of steps each, the better half goes on from one to the next; 1: an equal share for all (default: 3)",
      RUNGS,
    ),
    ...LIMIT_FLAGS,
  },
  optionsSchema: sgdSchema.and(
    z.object({
      epochs: epochsSchema,
      finalLearningRate: z.number(),
      entrants: z.int().min(ENTRANTS.min).max(ENTRANTS.max),
      rungs: z.int().min(RUNGS.min).max(RUNGS.max),
      limits: limitsSchema,
    }),
  ),
  stateSchema,
  changes: {
    learningRate: changeOf("learningRate"),
    weightDecay: changeOf("weightDecay"),
    epochs: changeOf("epochs"),
  },
  epochsOption: "epochs",
  presets: { demo: { epochs: 10 }, cifar10: { epochs: 50 } },
  options: (given: HalvingGiven & CommonGiven): HalvingOptions => ({
    ...superNetSgd(given),
    ...{ epochs: given.epochs ?? 50, finalLearningRate: 0.001 },
    ...{ entrants: given.entrants ?? 8, rungs: given.rungs ?? 3, limits: limitsOf(given) },
  }),
  batchOf: ({ batch }) => batch,
  ratesOf: ({ batch, learningRate }) => [{ option: "learningRate", rate: learningRate, usual: learningRateFor(batch) }],
  firstSupports: (context, options) => drawEntrants(context, options, 1)[0]!,
  trial: (inputs, options) => weightTrial(inputs, aloneStepOptions(options)),
  start: (context, options, from) => new HalvingSearch(context, options, from),
};
