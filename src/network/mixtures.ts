/**
 * @file The one place of mixture weights: what a choice group keeps is computed here and summed here, with an input vector a group in the
 * super-net and plainly in the derived network (method eq. 3 over the support only).
 */
import type { Graph, NodeRange, Value } from "../graph/index.ts";
import type { Layers } from "./layers.ts";

/** What multiplies the kept candidates: a vector for each choice group of the space, an entry for each candidate that it keeps. */
export type MixtureWeights = readonly ArrayLike<number>[];

/** One of the candidates that a group keeps. */
export interface KeptCandidate {
  /** Index of its group. */
  readonly group: number;
  /** Its name within the group. */
  readonly candidate: string;
  /** Its place among what the group keeps: the entry of the mixture vector that multiplies it. */
  readonly entry: number;
}

/** A kept candidate in one of the places where it is computed. */
export interface KeptOutput extends KeptCandidate {
  /** Whether it is zero whatever its input: there is nothing for a weight to act on. */
  readonly isZero: boolean;
  /**
   * Names of the parameters that multiply it if all of them are multiplied: scale and shift of the batch norm, or the filter of the convolution, that
   * it ends in. None where it ends in neither.
   */
  readonly factors: readonly string[];
  /** Its operations; none for one that hands its input on, or is zero. */
  readonly nodes: NodeRange;
  readonly output: Value;
}

/** The mixture vectors of one graph, and every place in which a kept candidate is computed. */
export class Mixtures {
  /** An input `mixture/GROUP` a group, with an entry for each candidate that it keeps; null: plain sums. */
  readonly vectors: readonly Value[] | null;
  readonly #names: readonly string[];
  readonly #outputs: KeptOutput[] = [];

  /** `groups`: name of each choice group and how many candidates it keeps. */
  constructor(graph: Graph, groups: readonly { readonly name: string; readonly kept: number }[], isWeighted: boolean) {
    this.#names = groups.map(({ name }) => name);
    this.vectors = isWeighted ? groups.map(({ name, kept }) => graph.input(`mixture/${name}`, [kept])) : null;
  }

  /** Every kept candidate in every place, in the order in which they were built. */
  get outputs(): readonly KeptOutput[] {
    return this.#outputs;
  }

  /** Builds one kept candidate, which then owns its parameters. */
  keep(layers: Layers, kept: KeptCandidate, build: () => Value): Value {
    const before = layers.graph.nodes.length;
    const output = layers.owned({ group: this.#names[kept.group]!, candidate: kept.candidate }, build);
    const nodes = { first: before, end: layers.graph.nodes.length };
    this.#outputs.push({ ...kept, isZero: false, factors: finalFactors(layers.graph, before, output), nodes, output });
    return output;
  }

  /** A kept candidate that is zero, of the shape of `like`. */
  keepZero(graph: Graph, kept: KeptCandidate, like: Value): Value {
    const end = graph.nodes.length;
    const output = graph.apply("sum", [like], { coefficients: [0] });
    this.#outputs.push({ ...kept, isZero: true, factors: [], nodes: { first: end, end }, output });
    return output;
  }

  /** The sum of what a group keeps, all of one shape. */
  mix(graph: Graph, group: number, outputs: readonly Value[]): Value {
    if (this.vectors === null) return graph.apply("sum", outputs, { coefficients: outputs.map(() => 1) });
    return graph.apply("weightedSum", [this.vectors[group]!, ...outputs], {
      entries: outputs.map((_, entry) => entry),
    });
  }
}

/** What multiplies `output`, if one of the nodes from `first` on made it. */
function finalFactors(graph: Graph, first: number, output: Value): readonly string[] {
  const maker = graph.nodes.slice(first).find(({ outputs }) => outputs[0] === output);
  switch (maker?.kind) {
    case "batchNorm":
    case "batchNormInference":
      return maker.attributes.affine ? maker.inputs.slice(3).map(({ name }) => name!) : [];
    case "convolution":
    case "depthwise":
    case "pointwise":
      return [maker.inputs[1]!.name!];
    default:
      return [];
  }
}
