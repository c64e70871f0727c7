/** @file What the derived network may cost at most, as options of the strategies that can keep to it. */
import { z } from "zod";
import { type FlagTable, integerFlag } from "../options/index.ts";
import type { SizeLimits } from "../search/index.ts";

export interface LimitsGiven {
  readonly maxParameters?: number;
  readonly maxMacs?: number;
}

export const LIMIT_FLAGS: FlagTable<LimitsGiven> = {
  maxParameters: integerFlag("max-parameters", "COUNT", "one-stage, random: most parameters of the network", {
    min: 1,
  }),
  maxMacs: integerFlag("max-macs", "COUNT", "one-stage, random: most multiply-accumulates an image", { min: 1 }),
};

const most = z.int().min(1).nullable();

export const limitsSchema: z.ZodType<SizeLimits> = z.object({ maxParameters: most, maxMacs: most });

export function limitsOf({ maxParameters, maxMacs }: LimitsGiven): SizeLimits {
  return { maxParameters: maxParameters ?? null, maxMacs: maxMacs ?? null };
}
