/** @file NAS-Bench-201 as a search space: six edges, of five operations each one is kept; 15,625 cells. */
import { IstaNasError } from "../../error.ts";
import type { MixtureWeights } from "../../network/index.ts";
import type { ChoiceGroup, Supports } from "../../space/index.ts";
import type { Diagram, DiagramTerm, OperationFamily } from "../diagram.ts";
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
  const groups = EDGES.map((_, edge) => ({
    name: edgeName(edge),
    candidates: OPERATIONS.map((name) => ({ name })),
    sparsity: 1,
  }));
  const operations = (supports: Supports) => supports.map((support) => support.map((index) => OPERATIONS[index]!));
  return {
    kind: "nas-bench-201",
    groups,
    derive: (supports) => deriveCell(groups, supports),
    supportsOf: (cell) => cell.map((operation) => [OPERATIONS.indexOf(operation)]),
    parse: parseCell,
    formatJson: formatCellJson,
    formatText: formatCell,
    superNetwork: (macro, supports) => nb201Network(macro, operations(supports)),
    derivedNetwork: (macro, cell) =>
      nb201Network(
        macro,
        cell.map((operation) => [operation]),
      ),
    draw: drawCell,
  };
}

function deriveCell(groups: readonly ChoiceGroup[], supports: Supports): Cell {
  return groups.map(({ name }, edge) => {
    const [index, ...rest] = supports[edge] ?? [];
    const operation = index === undefined || rest.length > 0 ? undefined : OPERATIONS[index];
    if (operation !== undefined) return operation;
    const got = `[${(supports[edge] ?? []).join(", ")}]`;
    throw new IstaNasError(`${name} support: got ${got}, expected one index below ${OPERATIONS.length}`, {
      code: "E_SPACE_SUPPORT",
      kind: "usage",
    });
  });
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
