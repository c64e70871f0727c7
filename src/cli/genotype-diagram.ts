import { CELL_KINDS, drawGenotype, type Genotype } from "../spaces/darts/index.ts";
import type { Diagram } from "../spaces/index.ts";
import type { CellWeights } from "./absorbed-weights.ts";

/** Both cells of a genotype, with the weights that a one-stage run absorbed, if it did. */
export function diagramOf(genotype: Genotype, edgeWeights?: CellWeights): Diagram {
  const absorbed = CELL_KINDS.flatMap((kind) => {
    let first = 0;
    return genotype[kind].map(({ length }) => {
      first += length;
      return edgeWeights?.[kind].slice(first - length, first) ?? [];
    });
  });
  return drawGenotype(genotype, absorbed);
}
