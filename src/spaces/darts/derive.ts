/**
 * @file From the supports of the sparse codes to a genotype and back. Unlike DARTS nothing is projected here: a support already
 * keeps the constraint (paper section 3.2), so `derive` only reads it.
 */

import type { Supports } from "../../choice/index.ts";
import { countOf } from "../../count-of.ts";
import { IstaNasError } from "../../error.ts";
import { CELL_KINDS, type CellKind, type DartsCells, type NodeGroup } from "./connection.ts";
import { CELL_INPUT_COUNT, type CellGenotype, type Genotype, genotypeError } from "./genotype.ts";

/**
 * The genotype that keeps, in each group of `space`, the candidates listed in `supports` (same order as `space.groups`). Entries
 * come in the order listed; all intermediate nodes are joined as output.
 * Throws `E_SPACE_SUPPORT` unless each support has 1 to `sparsity` distinct candidates.
 */
export function deriveGenotype(space: DartsCells, supports: Supports): Genotype {
  if (supports.length !== space.groups.length) {
    throw supportError(
      `supports: wrong number, got ${supports.length}, expected ${space.groups.length}, one per group`,
    );
  }
  const cells: Record<CellKind, CellGenotype[number][]> = { normal: [], reduce: [] };
  for (const [i, group] of space.groups.entries()) {
    const support = supports[i]!;
    assertSupport(group, support);
    cells[group.cell][group.node] = support.map((index) => {
      const { source, primitive } = group.candidates[index]!;
      return { source, primitive };
    });
  }
  const concat = joinedNodes(space);
  return { normal: cells.normal, normalConcat: concat, reduce: cells.reduce, reduceConcat: concat };
}

/**
 * The kept candidates of each group of `space`: the inverse of `deriveGenotype`.
 * Throws `E_GENOTYPE_SPACE` for a genotype that the space does not hold.
 */
export function genotypeSupports(space: DartsCells, genotype: Genotype): Supports {
  const concat = joinedNodes(space).join(", ");
  for (const kind of CELL_KINDS) {
    const ownConcat = (kind === "normal" ? genotype.normalConcat : genotype.reduceConcat).join(", ");
    if (genotype[kind].length !== space.intermediateCount) {
      throw genotypeError(
        "E_GENOTYPE_SPACE",
        `${kind}: got ${countOf(genotype[kind].length, "node")}, expected ${space.intermediateCount}`,
      );
    }
    if (ownConcat !== concat) {
      throw genotypeError("E_GENOTYPE_SPACE", `${kind}_concat: got [${ownConcat}], expected [${concat}]`);
    }
  }
  return space.groups.map((group) => {
    const entries = genotype[group.cell][group.node]!;
    if (entries.length === 0 || entries.length > group.sparsity) {
      throw genotypeError(
        "E_GENOTYPE_SPACE",
        `${group.name}: got ${countOf(entries.length, "entry")}, expected 1 to ${group.sparsity}`,
      );
    }
    return entries.map(({ primitive, source }) => {
      const index = group.candidates.findIndex((other) => other.primitive === primitive && other.source === source);
      if (index < 0)
        throw genotypeError(
          "E_GENOTYPE_SPACE",
          `${group.name}: got ${primitive} of source ${source}, expected a candidate`,
        );
      return index;
    });
  });
}

/** All intermediate nodes, numbered as sources are: what a searched cell joins as its output. */
export function joinedNodes(space: DartsCells): readonly number[] {
  return Array.from({ length: space.intermediateCount }, (_, node) => CELL_INPUT_COUNT + node);
}

function assertSupport(group: NodeGroup, support: readonly number[]): void {
  const count = group.candidates.length;
  const legal = support.every((index) => Number.isInteger(index) && index >= 0 && index < count);
  const isSet = new Set(support).size === support.length;
  if (legal && isSet && support.length >= 1 && support.length <= group.sparsity) return;
  throw supportError(
    `${group.name} support: got [${support.join(", ")}], expected 1 to ${group.sparsity} distinct indices below ${count}`,
  );
}

function supportError(message: string): IstaNasError {
  return new IstaNasError(message, { code: "E_SPACE_SUPPORT", kind: "usage" });
}
