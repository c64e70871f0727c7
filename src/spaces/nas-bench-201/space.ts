/** @file NAS-Bench-201 as a search space: six edges, of five operations each one is kept; 15,625 cells. */
import type { MixtureWeights } from "../../network/index.ts";
import type { Diagram, DiagramTerm, OperationFamily } from "../diagram.ts";
import { oneOfEach } from "../one-of-each.ts";
import type { SearchSpace } from "../search-space.ts";
import { type Cell, EDGES, formatCell, formatCellJson, NODE_COUNT, parseCell } from "./cell.ts";
import { edgeName, type Nb201Macro, nb201Network } from "./network.ts";
import { OPERATIONS, type Operation } from "./operation.ts";

const FAMILIES: Readonly<Record<Exclude<Operation, "none">, OperationFamily>> = {
  skip_connect: "skip",
  nor_conv_1x1: "convolution",
  nor_conv_3x3: "convolution",
  avg_pool_3x3: "pool",
};

export function nb201Space(): SearchSpace<Cell, Nb201Macro> {
  const { groups, kept, derive, supportsOf } = oneOfEach(
    EDGES.map((_, edge) => ({ name: edgeName(edge), choices: OPERATIONS })),
  );
  return {
    kind: "nas-bench-201",
    ...{ groups, derive, supportsOf, parse: parseCell, formatJson: formatCellJson, formatText: formatCell },
    superNetwork: (macro, supports) => nb201Network(macro, kept(supports)),
    derivedNetwork: (macro, cell) => nb201Network(macro, kept(supportsOf(cell))),
    draw: drawCell,
  };
}

/** Edges that carry nothing are not drawn. */
function drawCell(cell: Cell, absorbed: MixtureWeights = []): Diagram {
  const termsOf = (target: number): DiagramTerm[] =>
    EDGES.flatMap((edge, group) => {
      const label = cell[group]!;
      if (edge.target !== target || label === "none") return [];
      return [{ label, family: FAMILIES[label], source: edge.source, isNegative: (absorbed[group]?.[0] ?? 0) < 0 }];
    });
  const nodes = Array.from({ length: NODE_COUNT - 1 }, (_, k) => ({
    ...{ name: `node ${k + 1}`, label: String(k + 1), terms: termsOf(k + 1) },
  }));
  const output = { name: "output", label: "out", joined: [NODE_COUNT - 1] };
  const inputs = [{ name: "node 0", label: "0" }];
  const panel = { name: "Cell", remark: "repeated in all three stages", inputs, nodes, output };
  return { panels: [panel], families: ["skip", "pool", "convolution"] };
}
