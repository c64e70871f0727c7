/** @file Where the candidates of both cells are drawn. */
import type { DiagramPort } from "../diagram.ts";
import type { LayoutPanel, SpaceLayout } from "../layout.ts";
import { CELL_KINDS, type CellKind, type NodeGroup } from "./connection.ts";
import { CELL_INPUT_COUNT } from "./genotype.ts";
import { primitiveFamily } from "./primitive.ts";

const HEADINGS: Readonly<Record<CellKind, { readonly name: string; readonly remark: string }>> = {
  normal: { name: "Normal cell", remark: "keeps the resolution" },
  reduce: { name: "Reduction cell", remark: "halves the resolution at its inputs" },
};

const INPUTS: readonly DiagramPort[] = Array.from({ length: CELL_INPUT_COUNT }, (_, source) => {
  const back = CELL_INPUT_COUNT - source;
  return { name: `c[k-${back}]`, label: "c", subscript: `k−${back}` };
});

/** The normal cell, then the reduction cell. `joined`: for each kind of cell the nodes that its output joins. */
export function cellLayout(
  groups: readonly NodeGroup[],
  joined: Readonly<Record<CellKind, readonly number[]>>,
): SpaceLayout {
  const panels = CELL_KINDS.map((kind): LayoutPanel => {
    const nodes = groups.flatMap(({ cell, node, candidates }, group) => {
      if (cell !== kind) return [];
      const terms = candidates.map(({ primitive, source }) => {
        return { label: primitive, family: primitiveFamily(primitive), source };
      });
      return [{ name: `node ${node}`, label: String(node), groups: [{ group, terms }] }];
    });
    const output = { name: "c[k]", label: "c", subscript: "k", joined: joined[kind] };
    return { ...HEADINGS[kind], inputs: INPUTS, nodes, output };
  });
  return { panels, families: ["skip", "pool", "separable", "dilated"] };
}
