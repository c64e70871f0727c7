/** @file From what was chosen to what is built: a genotype, or the supports of a search. */
import type { CellKind, ChoiceGroup, Genotype, NodeGroup, SearchSpace, Supports } from "../space/index.ts";
import { type CellStructures, type NetworkBuilder, type NetworkSpec, networkBuilder } from "./network.ts";

/** What a search knows of a space: what may be chosen, and how the network is made that keeps some of it. */
export interface SearchedSpace {
  readonly groups: readonly ChoiceGroup[];
  /** The super-net restricted to `supports`, which may keep any number of candidates of a group. */
  network(supports: Supports): NetworkBuilder;
}

/** `space` with the networks that `spec` makes of it. */
export function searchedSpace(space: SearchSpace, spec: NetworkSpec): SearchedSpace {
  return { groups: space.groups, network: (supports) => networkBuilder(spec, supportStructures(space, supports)) };
}

/** The derived network. */
export function derivedNetwork(spec: NetworkSpec, genotype: Genotype): NetworkBuilder {
  return networkBuilder(spec, genotypeStructures(genotype));
}

/** Structure of the derived network. */
export function genotypeStructures(genotype: Genotype): CellStructures {
  return {
    normal: { nodes: genotype.normal, concat: genotype.normalConcat },
    reduce: { nodes: genotype.reduce, concat: genotype.reduceConcat },
  };
}

/** Supports that keep every candidate: what holds the weights of the whole super-net. */
export function allCandidates(groups: readonly ChoiceGroup[]): Supports {
  return groups.map(({ candidates }) => candidates.map((_, index) => index));
}

/** Structure of the super-net restricted to `supports`: for each group of the space the indices of its active candidates. */
export function supportStructures(space: SearchSpace, supports: Supports): CellStructures {
  const kept = (group: NodeGroup, index: number) => supports[index]!.map((candidate) => group.candidates[candidate]!);
  const cell = (kind: CellKind) => {
    const nodes = space.groups.flatMap((group, index) => (group.cell === kind ? [kept(group, index)] : []));
    return { nodes, concat: nodes.map((_, node) => node + 2) };
  };
  return { normal: cell("normal"), reduce: cell("reduce") };
}
