/** @file What `config.json` holds of how the weights of a super-net are trained. */
import { z } from "zod";
import { BOUNDS } from "../bounds.ts";
import type { SgdOptions } from "../train/index.ts";

/** All of `SgdOptions` but the rate that a cosine ends in. */
export const sgdSchema: z.ZodType<Omit<SgdOptions, "finalLearningRate" | "maxLoss">> = z.object({
  batch: z.int().min(1).max(BOUNDS.batch),
  learningRate: z.number(),
  momentum: z.number(),
  weightDecay: z.number(),
  clipNorm: z.number(),
  recompute: z.boolean().default(false),
});

export const epochsSchema: z.ZodType<number> = z.int().min(1).max(BOUNDS.epochs);
