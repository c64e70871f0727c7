/** @file How the weights of a super-net are trained: what is usual, and what `config.json` holds of it. */
import { z } from "zod";
import { BOUNDS } from "../bounds.ts";
import { DEFAULT_BATCH, learningRateFor, type SgdOptions } from "../train/index.ts";
import type { CommonGiven } from "./strategy.ts";

/** All of `SgdOptions` but the rate that a cosine ends in, and the largest loss, which the run says. */
export type SuperNetSgd = Omit<SgdOptions, "finalLearningRate" | "maxLoss">;

/** Complete options: batch 64, rate 0.025 for it and in proportion, momentum 0.9, decay 3e-4, gradients clipped at a norm of 5. */
export function superNetSgd(given: CommonGiven): SuperNetSgd {
  const batch = given.batch ?? DEFAULT_BATCH;
  return {
    batch,
    learningRate: given.learningRate ?? learningRateFor(batch),
    momentum: 0.9,
    weightDecay: given.weightDecay ?? 3e-4,
    clipNorm: 5,
    recompute: given.recompute ?? false,
    ...stepParts(given),
  };
}

/** Of options that are left out where they change nothing. */
export function stepParts({
  accumulate = 1,
  warmupEpochs = 0,
}: {
  readonly accumulate?: number | undefined;
  readonly warmupEpochs?: number | undefined;
}): Pick<SgdOptions, "accumulate" | "warmupEpochs"> {
  return { ...(accumulate === 1 ? {} : { accumulate }), ...(warmupEpochs === 0 ? {} : { warmupEpochs }) };
}

const stepPartsSchema = {
  accumulate: z.int().min(1).max(BOUNDS.batch).optional(),
  warmupEpochs: z.int().min(1).max(BOUNDS.epochs).optional(),
};

/** Of what `superNetSgd` gives. */
export const sgdSchema: z.ZodType<SuperNetSgd> = z.object({
  batch: z.int().min(1).max(BOUNDS.batch),
  learningRate: z.number(),
  momentum: z.number(),
  weightDecay: z.number(),
  clipNorm: z.number(),
  recompute: z.boolean().default(false),
  ...stepPartsSchema,
});

/** Of a number of epochs. */
export const epochsSchema: z.ZodType<number> = z.int().min(1).max(BOUNDS.epochs);
