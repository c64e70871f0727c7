/** @file Both cells of a genotype as panels. */
import type { MixtureWeights } from "../../network/index.ts";
import type { Diagram, DiagramNode, DiagramPort } from "../diagram.ts";
import { CELL_KINDS, type CellKind } from "./connection.ts";
import { CELL_INPUT_COUNT, type Genotype } from "./genotype.ts";
import { primitiveFamily } from "./primitive.ts";

const HEADINGS: Readonly<Record<CellKind, { readonly name: string; readonly remark: string }>> = {
  normal: { name: "Normal cell", remark: "keeps the resolution" },
  reduce: { name: "Reduction cell", remark: "halves the resolution at its inputs" },
};

const INPUTS: readonly DiagramPort[] = Array.from({ length: CELL_INPUT_COUNT }, (_, source) => {
  const back = CELL_INPUT_COUNT - source;
  return { name: `c[k-${back}]`, label: "c", subscript: `k−${back}` };
});

/**
 * The normal cell, then the reduction cell. `absorbed`: weights that batch norm took, for each node of the normal cell and then of the reduction
 * cell one for each of its entries.
 */
export function drawGenotype(genotype: Genotype, absorbed: MixtureWeights = []): Diagram {
  let group = 0;
  const panels = CELL_KINDS.map((kind) => {
    const nodes = genotype[kind].map((entries, node): DiagramNode => {
      const weights = absorbed[group++];
      const terms = entries.map(({ primitive, source }, entry) => ({
        ...{ label: primitive, family: primitiveFamily(primitive), source, isNegative: (weights?.[entry] ?? 0) < 0 },
      }));
      return { name: `node ${node}`, label: String(node), terms };
    });
    const joined = kind === "normal" ? genotype.normalConcat : genotype.reduceConcat;
    const output = { name: "c[k]", label: "c", subscript: "k", joined };
    return { ...HEADINGS[kind], inputs: INPUTS, nodes, output };
  });
  return { panels, families: ["skip", "pool", "separable", "dilated"] };
}
