/** @file What the derived network may cost at most, as options of the strategies that can keep to it. */
import { z } from "zod";
import { type FlagTable, integerFlag, numberFlag } from "../options/index.ts";
import { latencySchema } from "./latency-table.ts";
import type { SizeLimits } from "./size-limit.ts";

/** Limits, as far as they were given. */
export interface LimitsGiven {
  readonly maxParameters?: number;
  readonly maxMacs?: number;
  readonly maxMilliseconds?: number;
}

/** Flags that strategies share which can keep to limits. */
export const LIMIT_FLAGS: FlagTable<LimitsGiven> = {
  maxParameters: integerFlag(
    "max-parameters",
    "COUNT",
    "one-stage, random, successive-halving, random-ws, one-shot, spos, once-for-all, zero-cost: most parameters of the network",
    {
      min: 1,
    },
  ),
  maxMacs: integerFlag(
    "max-macs",
    "COUNT",
    "one-stage, random, successive-halving, random-ws, one-shot, spos, once-for-all, zero-cost: most multiply-accumulates an image",
    {
      min: 1,
    },
  ),
  maxMilliseconds: numberFlag(
    "max-milliseconds",
    "MS",
    "one-stage, random, successive-halving, random-ws, one-shot, spos, once-for-all, zero-cost: most milliseconds an image takes on this machine, estimated from candidates that are timed when the run begins",
    {
      min: 1e-6,
    },
  ),
};

const most = z.int().min(1).nullable();

/** Of complete limits. */
export const limitsSchema: z.ZodType<SizeLimits> = z.object({
  ...{ maxParameters: most, maxMacs: most },
  maxMilliseconds: z.number().positive().optional(),
  latency: latencySchema.optional(),
});

/** Complete limits; null for one that was not given. */
export function limitsOf({ maxParameters, maxMacs, maxMilliseconds }: LimitsGiven): SizeLimits {
  const size = { maxParameters: maxParameters ?? null, maxMacs: maxMacs ?? null };
  return maxMilliseconds === undefined ? size : { ...size, maxMilliseconds };
}
