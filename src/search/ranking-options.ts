/** @file How a super-net is trained on uniform paths and then ranks architectures: what is usual, and how it is asked for. */
import { z } from "zod";
import { type FlagTable, integerFlag, numberFlag } from "../options/index.ts";
import { EPOCHS_FLAG } from "./epochs-flag.ts";
import { LIMIT_FLAGS, type LimitsGiven, limitsOf, limitsSchema } from "./limit-flags.ts";
import { PATH_STEPS_FLAG, pathStepsSchema } from "./path-steps-flag.ts";
import type { SizeLimits } from "./size-limit.ts";
import type { CommonGiven } from "./strategy.ts";
import { epochsSchema, type SuperNetSgd, sgdSchema, superNetSgd } from "./super-net-sgd.ts";

export interface RankingOptions extends SuperNetSgd {
  readonly epochs: number;
  readonly finalLearningRate: number;
  /** Steps that a path is held for. */
  readonly pathSteps: number;
  /** Share of the epochs in which architectures are ranked. */
  readonly rankingShare: number;
  /** Batches that calibrate an architecture's batch norm, and as many that score it. */
  readonly rankingBatches: number;
  /** Of what is ranked. */
  readonly limits: SizeLimits;
}

export interface RankingGiven extends LimitsGiven {
  readonly epochs?: number;
  readonly pathSteps?: number;
  readonly rankingShare?: number;
  readonly rankingBatches?: number;
}

const SHARE = { min: 0.05, max: 0.9 };
const MOST_BATCHES = 1000;

export const RANKING_FLAGS: FlagTable<RankingGiven> = {
  epochs: EPOCHS_FLAG,
  pathSteps: PATH_STEPS_FLAG,
  rankingShare: numberFlag(
    "ranking-share",
    "SHARE",
    "random-ws, one-shot, spos, once-for-all: share of the epochs in which architectures are ranked by the super-net (default: 0.25; once-for-all: 0.1)",
    SHARE,
  ),
  rankingBatches: integerFlag(
    "ranking-batches",
    "COUNT",
    "random-ws, one-shot, spos, once-for-all: batches that calibrate an architecture's batch norm, and as many that score it (default: 4; once-for-all: 8)",
    { min: 1, max: MOST_BATCHES },
  ),
  ...LIMIT_FLAGS,
};

/** Of complete options. */
export const rankingSchema: z.ZodType<RankingOptions> = sgdSchema.and(
  z.object({
    epochs: epochsSchema,
    finalLearningRate: z.number(),
    pathSteps: pathStepsSchema,
    rankingShare: z.number().min(SHARE.min).max(SHARE.max),
    rankingBatches: z.int().min(1).max(MOST_BATCHES),
    limits: limitsSchema,
  }),
);

/** Complete options. */
export function rankingOptions(given: RankingGiven & CommonGiven): RankingOptions {
  return {
    ...superNetSgd(given),
    epochs: given.epochs ?? 50,
    finalLearningRate: 0.001,
    pathSteps: given.pathSteps ?? 1,
    rankingShare: given.rankingShare ?? 0.25,
    rankingBatches: given.rankingBatches ?? 4,
    limits: limitsOf(given),
  };
}
