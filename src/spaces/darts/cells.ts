/**
 * @file The cell of DARTS as choice groups (paper section 3.1): node j is fed by the 2 + j earlier nodes through seven
 * primitives each, and candidate `k = edge * 7 + primitive` of them. The budget is per node over all edges, so both
 * picks may lie on one edge; DARTS itself asks for two different edges.
 */
import { IstaNasError } from "../../error.ts";
import {
  CELL_KINDS,
  type CellCandidate,
  type CellKind,
  connectionName,
  type DartsCells,
  type NodeGroup,
} from "./connection.ts";
import { PRIMITIVES, primitiveTraits } from "./primitive.ts";

export interface DartsSpaceOptions {
  /** Candidates kept per node, 1 to 14. Default: 2. */
  readonly sparsity?: number;
  /** Intermediate nodes per cell, 1 to 16. Default: 4. */
  readonly intermediateCount?: number;
}

const SMALLEST_GROUP = 2 * PRIMITIVES.length;
const MOST_NODES = 16;

/** One group per intermediate node of each cell kind. Throws `E_SPACE_OPTION` for counts out of range. */
export function dartsCells(options: DartsSpaceOptions = {}): DartsCells {
  const { sparsity = 2, intermediateCount = 4 } = options;
  assertCount("sparsity", sparsity, SMALLEST_GROUP);
  assertCount("intermediateCount", intermediateCount, MOST_NODES);
  const groups = nodeGroups({ normal: intermediateCount, reduce: intermediateCount }, sparsity);
  return { intermediateCount, sparsity, groups };
}

/** The groups of cells with so many intermediate nodes, normal cell first, each cell by node. */
export function nodeGroups(nodes: Readonly<Record<CellKind, number>>, sparsity: number): readonly NodeGroup[] {
  return CELL_KINDS.flatMap((cell) =>
    Array.from({ length: nodes[cell] }, (_, node) => {
      return { name: `${cell}/node${node}`, cell, node, candidates: candidatesOf(node), sparsity };
    }),
  );
}

function candidatesOf(node: number): CellCandidate[] {
  const sources = Array.from({ length: 2 + node }, (_, source) => source);
  return sources.flatMap((source) =>
    PRIMITIVES.map((primitive) => {
      const { label, cost } = primitiveTraits(primitive);
      return { name: connectionName({ source, primitive }), label: `${label}@${source}`, cost, source, primitive };
    }),
  );
}

function assertCount(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new IstaNasError(`darts ${name}: got ${value}, expected an integer from 1 to ${most}`, {
    code: "E_SPACE_OPTION",
    kind: "usage",
  });
}
