/**
 * @file Search without training (Mellor et al. 2021; Abdelfattah et al. 2021): architectures are drawn at random, scored as they are initialised, and the
 * one with the best mean rank is trained from scratch.
 */
import { z } from "zod";
import { BOUNDS } from "../../bounds.ts";
import { integerFlag, wordsFlag, wordsOf } from "../../options/index.ts";
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
  trainingSumsSchema,
} from "../../search/index.ts";
import { DEFAULT_BATCH } from "../../train/index.ts";
import { ZERO_COST_SCORES } from "../../zero-cost/index.ts";
import { scoreTrial } from "./score-trial.ts";
import { firstDrawn, type ZeroCostOptions, ZeroCostSearch, type ZeroCostState } from "./zero-cost-search.ts";

export interface ZeroCostGiven extends LimitsGiven {
  readonly epochs?: number;
  readonly draws?: number;
  readonly scores?: string;
}

const DRAWS = { min: 1, max: 100_000 };
const NAMES = ZERO_COST_SCORES.map(({ name }) => name);
/** The three that vote in Abdelfattah et al. 2021. */
const USUAL = "synflow,jacob-cov,snip";

const count = z.int().min(0);

export const zeroCost: Strategy<ZeroCostOptions, ZeroCostState, ZeroCostGiven> = {
  kind: "zero-cost",
  summary: "score random architectures as they are initialised, and train the best one from scratch",
  title: "search without training",
  images: "all",
  afterwards: "retrain",
  sharesWeights: false,
  tellsOneTask: true,
  flags: {
    epochs: EPOCHS_FLAG,
    draws: integerFlag(
      "draws",
      "COUNT",
      "zero-cost: architectures that are drawn and scored in an epoch (default: 4)",
      DRAWS,
    ),
    scores: wordsFlag(
      "scores",
      "NAMES",
      NAMES,
      `zero-cost: scores whose ranks are averaged, of ${NAMES.join(", ")} (default: ${USUAL})`,
    ),
    ...LIMIT_FLAGS,
  },
  optionsSchema: z.object({
    epochs: epochsSchema,
    draws: z.int().min(DRAWS.min).max(DRAWS.max),
    scores: z.array(z.enum(NAMES)).min(1),
    batch: z.int().min(1).max(BOUNDS.batch),
    limits: limitsSchema,
  }),
  stateSchema: placeSchema.and(
    z.object({
      sums: trainingSumsSchema.and(z.object({ scored: count })),
      entries: z.array(z.object({ supports: z.array(z.array(count)), scores: z.array(z.number().nullable()) })),
      supports: z.array(z.array(count)),
      ledger: ledgerSchema,
    }),
  ),
  changes: { epochs: changeOf("epochs") },
  epochsOption: "epochs",
  presets: { demo: { epochs: 10 }, cifar10: { epochs: 50 } },
  options: (given: ZeroCostGiven & CommonGiven) => ({
    epochs: given.epochs ?? 50,
    draws: given.draws ?? 4,
    scores: wordsOf(given.scores ?? USUAL),
    batch: given.batch ?? DEFAULT_BATCH,
    limits: limitsOf(given),
  }),
  batchOf: ({ batch }) => batch,
  stepsOf: ({ draws }) => draws,
  ratesOf: () => [],
  firstSupports: firstDrawn,
  trial: scoreTrial,
  start: (context, options, from) => new ZeroCostSearch(context, options, from),
};
