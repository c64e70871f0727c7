/** @file The edge weights that a one-stage run absorbed, from what it says about itself. */
import { z } from "zod";

/** Of each cell a weight for each entry of its genotype, in order. */
export interface CellWeights {
  readonly normal: readonly number[];
  readonly reduce: readonly number[];
}

const summarySchema = z.object({
  absorbedEdgeWeights: z.object({ normal: z.array(z.number()), reduce: z.array(z.number()) }),
});

/** As an option of drawings and texts of cells: none for what does not tell of any, such as the `summary.json` of a two-stage run. */
export function absorbedWeights(summary: unknown): { readonly edgeWeights?: CellWeights } {
  const { data } = summarySchema.safeParse(summary);
  return data === undefined ? {} : { edgeWeights: data.absorbedEdgeWeights };
}
