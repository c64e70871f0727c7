/** @file From what was chosen to what is built: a genotype, a list of supports, or all candidates at once. */
import type { CellKind, ChoiceGroup, Genotype, SearchSpace } from "../space/index.ts";
import type { CellStructures } from "./network.ts";

/** Structure of the derived network. */
export function genotypeStructures(genotype: Genotype): CellStructures {
  return {
    normal: { nodes: genotype.normal, concat: genotype.normalConcat },
    reduce: { nodes: genotype.reduce, concat: genotype.reduceConcat },
  };
}

/** Structure of the super-net restricted to `supports`: for each group of the space the indices of its active candidates. */
export function supportStructures(space: SearchSpace, supports: readonly (readonly number[])[]): CellStructures {
  const pick = (group: ChoiceGroup, index: number) => supports[index]!.map((candidate) => group.candidates[candidate]!);
  const cell = (kind: CellKind) => {
    const nodes = space.groups.flatMap((group, index) => (group.cell === kind ? [pick(group, index)] : []));
    return { nodes, concat: nodes.map((_, node) => node + 2) };
  };
  return { normal: cell("normal"), reduce: cell("reduce") };
}

/** Structure with every candidate of every group: what holds the weights of the whole super-net. */
export function fullStructures(space: SearchSpace): CellStructures {
  return supportStructures(
    space,
    space.groups.map((group) => group.candidates.map((_, index) => index)),
  );
}
