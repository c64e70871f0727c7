/**
 * @file A network while a space builds it, from the images to the logits. What groups keep, how it is weighed and summed, which nodes are a cell: what
 * every space has to do in the same way.
 */
import { Graph, type NodeRange, type Value } from "../graph/index.ts";
import { buildClassifiers } from "./classifiers.ts";
import { Layers } from "./layers.ts";
import { Mixtures } from "./mixtures.ts";
import type { Network, NetworkPass, NetworkShape } from "./network.ts";

/** What a choice group keeps in this network, by name; in a super-net any number of candidates. */
export interface KeptGroup<Candidate extends string> {
  readonly name: string;
  readonly kept: readonly Candidate[];
}

/** Made anew for each pass; `finish` ends it. */
export class NetworkDraft<Candidate extends string = string> {
  readonly graph: Graph = new Graph();
  /** Layers of the graph in the mode of the pass. */
  readonly layers: Layers;
  /** `[N, H, W, C]` */
  readonly images: Value;
  readonly #groups: readonly KeptGroup<Candidate>[];
  readonly #mixtures: Mixtures;
  readonly #cells: NodeRange[] = [];
  readonly #shape: NetworkShape;

  /** `groups`: all of the space, in its order. */
  constructor(shape: NetworkShape, groups: readonly KeptGroup<Candidate>[], pass: NetworkPass) {
    const { imageSize, imageChannels } = shape;
    this.layers = new Layers(this.graph, pass.mode, pass.prefix);
    const counts = groups.map(({ name, kept }) => ({ name, kept: kept.length }));
    this.#groups = groups;
    this.#mixtures = new Mixtures(this.graph, counts, pass.mixture);
    this.#shape = shape;
    this.images = this.graph.input("images", [pass.batch, imageSize.height, imageSize.width, imageChannels]);
  }

  /** What `build` appends is a cell: `--recompute` keeps what leaves it and computes its inside twice. */
  cell(build: () => Value): Value {
    const first = this.graph.nodes.length;
    const output = build();
    const end = this.graph.nodes.length;
    if (end > first) this.#cells.push({ first, end });
    return output;
  }

  /**
   * What a group adds to a sum: one term, weighed by its mixture vector, in a pass with mixtures; else a term for each candidate that it keeps. A group
   * may stand in several places. All that it keeps there has the shape of `input`, unless it has no `zero`.
   * @param build makes a candidate, which then owns its parameters: the first part of their names must tell group and candidate
   * @param zero the candidate that is zero whatever its input; without mixtures it adds nothing
   */
  terms<Zero extends Candidate = never>(
    group: number,
    input: Value,
    build: (candidate: Exclude<Candidate, Zero>) => Value,
    zero?: Zero,
  ): readonly Value[] {
    const { graph, layers } = this;
    const isWeighted = this.#mixtures.vectors !== null;
    const outputs = this.#groups[group]!.kept.flatMap((candidate, entry) => {
      const place = { group, candidate, entry };
      if (candidate === zero) return isWeighted ? [this.#mixtures.keepZero(graph, place, input)] : [];
      return [this.#mixtures.keep(layers, place, () => build(candidate as Exclude<Candidate, Zero>))];
    });
    return isWeighted ? [this.#mixtures.mix(graph, group, outputs)] : outputs;
  }

  /** The plain sum of terms of one shape; of a single one that term itself. */
  sum(terms: readonly Value[]): Value {
    return terms.length === 1 ? terms[0]! : this.graph.apply("sum", terms, { coefficients: terms.map(() => 1) });
  }

  /**
   * Ends the network: mean of `features` over all pixels, then a linear classifier, and one more for each other task. `otherFeatures`: of each of these
   * tasks its own. Default: those of the first.
   */
  finish(features: Value, otherFeatures?: readonly Value[]): Network {
    const { graph, images, layers } = this;
    return {
      ...buildClassifiers(layers, features, this.#shape, otherFeatures),
      ...{ graph, images, auxiliaryLogits: null, dropPathInputs: [], cells: this.#cells },
      ...{ mixtures: this.#mixtures.vectors, kept: this.#mixtures.outputs },
      ...{ parameters: layers.parameters, runningStatistics: layers.runningStatistics },
    };
  }
}
