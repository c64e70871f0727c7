/** @file The limits of a search, whatever its strategy. */
import { z } from "../options/index.ts";
import { limitsSchema, type SizeLimits } from "../search/index.ts";

const limitedSchema = z.object({ limits: limitsSchema });

/** Those of a strategy that has limits under the name that all strategies of the package have them. */
export function limitsOfSearch(options: unknown): SizeLimits {
  return limitedSchema.safeParse(options).data?.limits ?? { maxParameters: null, maxMacs: null };
}
