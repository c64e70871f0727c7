/** @file What the derived network may cost at most, as options of the strategies that can keep to it. */
import { z } from "zod";
import { type FlagTable, integerFlag } from "../options/index.ts";
import type { SizeLimits } from "./size-limit.ts";

/** Limits, as far as they were given. */
export interface LimitsGiven {
  readonly maxParameters?: number;
  readonly maxMacs?: number;
}

/** Flags that strategies share which can keep to limits. */
export const LIMIT_FLAGS: FlagTable<LimitsGiven> = {
  maxParameters: integerFlag(
    "max-parameters",
    "COUNT",
    "one-stage, random, successive-halving, random-ws, one-shot, spos, zero-cost: most parameters of the network",
    {
      min: 1,
    },
  ),
  maxMacs: integerFlag(
    "max-macs",
    "COUNT",
    "one-stage, random, successive-halving, random-ws, one-shot, spos, zero-cost: most multiply-accumulates an image",
    {
      min: 1,
    },
  ),
};

const most = z.int().min(1).nullable();

/** Of complete limits. */
export const limitsSchema: z.ZodType<SizeLimits> = z.object({ maxParameters: most, maxMacs: most });

/** Complete limits; null for one that was not given. */
export function limitsOf({ maxParameters, maxMacs }: LimitsGiven): SizeLimits {
  return { maxParameters: maxParameters ?? null, maxMacs: maxMacs ?? null };
}
