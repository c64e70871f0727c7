/** @file From what was chosen to what is built: a genotype, or the supports of a search. */
import type { Supports } from "../../choice/index.ts";
import type { NetworkBuilder, SearchedSpace } from "../../network/index.ts";
import type { CellKind, DartsCells, NodeGroup } from "./connection.ts";
import type { Genotype } from "./genotype.ts";
import { type CellStructures, type DartsMacro, networkBuilder } from "./network.ts";

/** Structure of the derived network. */
export function genotypeStructures(genotype: Genotype): CellStructures {
  return {
    normal: { nodes: genotype.normal, concat: genotype.normalConcat },
    reduce: { nodes: genotype.reduce, concat: genotype.reduceConcat },
  };
}

/** Structure of the super-net restricted to `supports`: for each group of the cells the indices of its active candidates. */
export function supportStructures({ groups }: DartsCells, supports: Supports): CellStructures {
  const kept = (group: NodeGroup, index: number) => supports[index]!.map((candidate) => group.candidates[candidate]!);
  const cell = (kind: CellKind) => {
    const nodes = groups.flatMap((group, index) => (group.cell === kind ? [kept(group, index)] : []));
    return { nodes, concat: nodes.map((_, node) => node + 2) };
  };
  return { normal: cell("normal"), reduce: cell("reduce") };
}

/** The cells with the networks that `macro` makes of them. */
export function searchedSpace(cells: DartsCells, macro: DartsMacro): SearchedSpace {
  return { groups: cells.groups, network: (supports) => networkBuilder(macro, supportStructures(cells, supports)) };
}

/** The derived network. */
export function derivedNetwork(macro: DartsMacro, genotype: Genotype): NetworkBuilder {
  return networkBuilder(macro, genotypeStructures(genotype));
}
