/** @file The cells of DARTS as groups: they that know the cell and the node that they feed, candidates that know what they apply to what. */
import type { Candidate, ChoiceGroup } from "../../choice/index.ts";
import type { Primitive } from "./primitive.ts";

/** Both kinds of cell, in the order that groups and genotypes list them. */
export const CELL_KINDS = ["normal", "reduce"] as const;

export type CellKind = (typeof CELL_KINDS)[number];

/** One connection that a node may keep: a primitive applied to an earlier node of the cell. */
export interface Connection {
  /** 0: output of the cell before the previous one, 1: output of the previous cell, 2 + i: intermediate node i. */
  readonly source: number;
  readonly primitive: Primitive;
}

export interface CellCandidate extends Candidate, Connection {}

/** The choice of what one node sums up. */
export interface NodeGroup extends ChoiceGroup {
  readonly cell: CellKind;
  /** Intermediate node that the kept candidates feed, counted from 0. */
  readonly node: number;
  readonly candidates: readonly CellCandidate[];
}

/** What both cells may keep. */
export interface DartsCells {
  /** Intermediate nodes of each cell. */
  readonly intermediateCount: number;
  readonly sparsity: number;
  /** All choices, normal cell first, each cell by node. */
  readonly groups: readonly NodeGroup[];
}

/** The name of a candidate within its group. */
export function connectionName({ source, primitive }: Connection): string {
  return `${primitive}@${source}`;
}
