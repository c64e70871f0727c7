/** @file What a search finds: for each intermediate node of both cells, the candidates that it keeps. */
import { BOUNDS } from "../../bounds.ts";
import { IstaNasError } from "../../error.ts";
import type { Connection } from "./connection.ts";

/** For each intermediate node, what it sums up. The order within a node carries no meaning but is kept. */
export type CellGenotype = readonly (readonly Connection[])[];

export interface Genotype {
  readonly normal: CellGenotype;
  /** Nodes joined as the output of the normal cell, numbered as sources are: 2 is intermediate node 0. */
  readonly normalConcat: readonly number[];
  readonly reduce: CellGenotype;
  readonly reduceConcat: readonly number[];
}

/** Sources that are inputs of a cell and not nodes of it. */
export const CELL_INPUT_COUNT = 2;

/** What is wrong with a genotype: all such errors are the user's to mend. */
export function genotypeError(code: string, message: string, hint?: string): IstaNasError {
  return new IstaNasError(`genotype ${message}`, { code, kind: "usage", ...(hint === undefined ? {} : { hint }) });
}

/**
 * Checks what the types leave open.
 * Throws `E_GENOTYPE_ENTRIES` (a cell without nodes, a node without entries, or more of them than `BOUNDS` allows), `E_GENOTYPE_SOURCE` (a source that is not an earlier
 * node), `E_GENOTYPE_DUPLICATE` (one entry twice in a node) and `E_GENOTYPE_CONCAT` (not a list of distinct intermediate nodes).
 */
export function assertGenotype(genotype: Genotype): void {
  assertCell("normal", genotype.normal, genotype.normalConcat);
  assertCell("reduce", genotype.reduce, genotype.reduceConcat);
}

function assertCell(name: string, nodes: CellGenotype, concat: readonly number[]): void {
  if (nodes.length === 0) throw genotypeError("E_GENOTYPE_ENTRIES", `${name}: got no entries, expected two per node`);
  if (nodes.length > BOUNDS.nodes) {
    throw genotypeError("E_GENOTYPE_ENTRIES", `${name}: got ${nodes.length} nodes, expected at most ${BOUNDS.nodes}`);
  }
  for (const [node, entries] of nodes.entries()) {
    const where = `${name} node ${node}`;
    if (entries.length === 0) {
      throw genotypeError("E_GENOTYPE_ENTRIES", `${where}: got no entries, expected at least one`);
    }
    if (entries.length > BOUNDS.picks) {
      throw genotypeError(
        "E_GENOTYPE_ENTRIES",
        `${where}: got ${entries.length} entries, expected at most ${BOUNDS.picks}`,
      );
    }
    const seen = new Set<string>();
    for (const { primitive, source } of entries) {
      if (!Number.isInteger(source) || source < 0 || source >= CELL_INPUT_COUNT + node) {
        throw genotypeError(
          "E_GENOTYPE_SOURCE",
          `${where}: source of ${primitive} is not an earlier node, got ${source}, expected 0 to ${node + 1}`,
          "0 and 1 are the two cell inputs, 2 is node 0; a node can only read what comes before it",
        );
      }
      const key = `${primitive}@${source}`;
      if (seen.has(key)) {
        throw genotypeError(
          "E_GENOTYPE_DUPLICATE",
          `${where}: got ${primitive} of source ${source} twice, expected it once`,
        );
      }
      seen.add(key);
    }
  }
  const last = CELL_INPUT_COUNT + nodes.length - 1;
  if (concat.length > BOUNDS.nodes) {
    throw genotypeError(
      "E_GENOTYPE_CONCAT",
      `${name}_concat: got ${concat.length} nodes, expected at most ${BOUNDS.nodes}`,
    );
  }
  const legal = concat.every((index) => Number.isInteger(index) && index >= CELL_INPUT_COUNT && index <= last);
  if (concat.length === 0 || !legal || new Set(concat).size !== concat.length) {
    throw genotypeError(
      "E_GENOTYPE_CONCAT",
      `${name}_concat: got [${concat.join(", ")}], expected distinct intermediate nodes from ${CELL_INPUT_COUNT} to ${last}`,
    );
  }
}
