/** @file NAS-Bench-201 as a search space: six edges, of five operations each one is kept; 15,625 cells. */
import type { OperationFamily } from "../diagram.ts";
import { drawSupports, type SpaceLayout } from "../layout.ts";
import { oneOfEach } from "../one-of-each.ts";
import type { SearchSpace } from "../search-space.ts";
import { NB201_BASELINES } from "./baselines.ts";
import { type Cell, EDGES, formatCell, formatCellJson, NODE_COUNT, parseCell } from "./cell.ts";
import { edgeName, type Nb201Macro, nb201Network } from "./network.ts";
import { OPERATIONS, type Operation } from "./operation.ts";

interface Traits {
  /** Null: it is not drawn. */
  readonly family: OperationFamily | null;
  readonly label: string;
  readonly cost: number;
}

const TRAITS: Readonly<Record<Operation, Traits>> = {
  none: { family: null, label: "none", cost: 0 },
  skip_connect: { family: "skip", label: "skip", cost: 1 },
  nor_conv_1x1: { family: "convolution", label: "conv1", cost: 3 },
  nor_conv_3x3: { family: "convolution", label: "conv3", cost: 4 },
  avg_pool_3x3: { family: "pool", label: "avg3", cost: 2 },
};

const EDGE_OFFERS = EDGES.map((_, edge) => ({ name: edgeName(edge), choices: OPERATIONS }));

export function nb201Space(): SearchSpace<Cell, Nb201Macro> {
  const { groups, kept, derive, supportsOf } = oneOfEach<Operation>(EDGE_OFFERS, (operation) => TRAITS[operation]);
  const layout = cellLayout();
  return {
    ...{ groups, layout, baselines: NB201_BASELINES, derive, supportsOf },
    ...{ parse: parseCell, formatJson: formatCellJson, formatText: formatCell },
    superNetwork: (macro, supports) => nb201Network(macro, kept(supports)),
    derivedNetwork: (macro, cell) => nb201Network(macro, kept(supportsOf(cell))),
    draw: (cell, absorbed) => drawSupports(layout, supportsOf(cell), absorbed),
  };
}

/** Edges that carry nothing are not drawn. */
function cellLayout(): SpaceLayout {
  const termsOf = (source: number) =>
    OPERATIONS.map((label) => {
      const { family } = TRAITS[label];
      return family === null ? null : { label, family, source };
    });
  const nodes = Array.from({ length: NODE_COUNT - 1 }, (_, k) => ({
    ...{ name: `node ${k + 1}`, label: String(k + 1) },
    groups: EDGES.flatMap(({ source, target }, group) => (target === k + 1 ? [{ group, terms: termsOf(source) }] : [])),
  }));
  const output = { name: "output", label: "out", joined: [NODE_COUNT - 1] };
  const inputs = [{ name: "node 0", label: "0" }];
  const panel = { name: "Cell", remark: "repeated in all three stages", inputs, nodes, output };
  return { panels: [panel], families: ["skip", "pool", "convolution"] };
}
