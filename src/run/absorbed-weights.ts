/** @file The mixture weights that batch norm took in a one-stage run, from what the run says about itself. */
import { z } from "zod";
import type { Supports } from "../choice/index.ts";
import type { MixtureWeights } from "../network/index.ts";

const numbers = z.array(z.number());

const schema = z.union([
  z.object({ absorbedWeights: z.array(numbers) }),
  // As earlier versions wrote it: of both cells, one after the other.
  z.object({ absorbedEdgeWeights: z.object({ normal: numbers, reduce: numbers }) }),
]);

/**
 * Of each group of the space a weight for each candidate that it keeps. `summary`: of a run whose architecture keeps `supports`. Null for one that
 * does not tell of any, such as the `summary.json` of a two-stage run.
 */
export function absorbedWeights(summary: unknown, supports: Supports): MixtureWeights | null {
  const { data } = schema.safeParse(summary);
  if (data === undefined) return null;
  if ("absorbedWeights" in data) return data.absorbedWeights;
  const { normal, reduce } = data.absorbedEdgeWeights;
  const all = [...normal, ...reduce];
  let first = 0;
  return supports.map(({ length }) => {
    first += length;
    return all.slice(first - length, first);
  });
}
