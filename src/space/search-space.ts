/**
 * @file What a search may choose, as choice groups: a list of candidates each, of which a few are kept. The sparse code of
 * a group has one entry per candidate; nothing above this folder needs to know what a candidate stands for.
 */
import type { Primitive } from "./primitive.ts";

/** Both kinds of cell, in the order that groups and genotypes list them. */
export const CELL_KINDS = ["normal", "reduce"] as const;

export type CellKind = (typeof CELL_KINDS)[number];

/** One connection that a node may keep: a primitive applied to an earlier node of the cell. */
export interface Candidate {
  /** 0: output of the cell before the previous one, 1: output of the previous cell, 2 + i: intermediate node i. */
  readonly source: number;
  readonly primitive: Primitive;
}

/** One choice: at most `sparsity` of the candidates are kept. */
export interface ChoiceGroup {
  /** Unique in its space, such as `normal/node0`. */
  readonly name: string;
  readonly cell: CellKind;
  /** Intermediate node that the kept candidates feed, counted from 0. */
  readonly node: number;
  readonly candidates: readonly Candidate[];
  readonly sparsity: number;
}

export interface SearchSpace {
  readonly kind: "darts";
  /** Intermediate nodes of each cell. */
  readonly intermediateCount: number;
  readonly sparsity: number;
  /** All choices, normal cell first, each cell by node. */
  readonly groups: readonly ChoiceGroup[];
}

/** How many genotypes the groups hold: the product of C(candidates, sparsity). Pass one cell's groups for the size of that cell. */
export function spaceSize(space: Pick<SearchSpace, "groups">): bigint {
  let size = 1n;
  for (const group of space.groups) size *= binomial(group.candidates.length, group.sparsity);
  return size;
}

function binomial(count: number, chosen: number): bigint {
  let result = 1n;
  for (let i = 1; i <= chosen; i++) result = (result * BigInt(count - chosen + i)) / BigInt(i);
  return result;
}
