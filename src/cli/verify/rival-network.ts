/** @file The small space of strategies.json: two groups one after the other, of a shortcut, a 1x1 and a 3x3 convolution each. */
import type { ChoiceGroup } from "../../choice/index.ts";
import { Graph, type Value } from "../../graph/index.ts";
import { Layers, Mixtures, type Network, type NetworkPass, type SearchedSpace } from "../../network/index.ts";

const [SIDE, INPUTS, WIDTH, CLASSES] = [4, 2, 4, 3];

/** `sparsity`: of each group. */
export function rivalSpace(sparsity: readonly number[]): SearchedSpace {
  const candidates = ["c0", "c1", "c2"].map((name) => ({ name, label: name, cost: 0 }));
  return {
    groups: sparsity.map((kept, group): ChoiceGroup => ({ name: `group${group}`, sparsity: kept, candidates })),
    network: (supports) => (pass) => build(supports, pass),
  };
}

function build(supports: readonly (readonly number[])[], pass: NetworkPass): Network {
  const graph = new Graph();
  const layers = new Layers(graph, pass.mode, pass.prefix);
  const images = graph.input("images", [pass.batch, SIDE, SIDE, INPUTS]);
  const groups = supports.map(({ length }, group) => ({ name: `group${group}`, kept: length }));
  const mixtures = new Mixtures(graph, groups, pass.mixture);
  const convolution = (name: string, input: Value, size: number, relu: boolean) => {
    const made =
      size === 1
        ? layers.pointwise(name, input, { channels: WIDTH, relu })
        : layers.convolution(name, input, { channels: WIDTH, size, stride: 1, padding: 1, relu });
    return layers.batchNorm(`${name}.norm`, made, true);
  };
  const candidate = (group: number, index: number, input: Value) => {
    if (index === 0) return graph.apply("sum", [input], { coefficients: [1] });
    return convolution(`group${group}.c${index}`, input, index === 1 ? 1 : 3, true);
  };
  let features = convolution("stem", images, 3, false);
  for (const [group, support] of supports.entries()) {
    const input = features;
    const kept = support.map((index) => candidate(group, index, input));
    features = mixtures.mix(graph, group, kept);
  }
  const pooled = graph.apply("globalMean", [graph.apply("relu", [features], {})], {});
  return {
    ...{ graph, images, logits: layers.linear("classifier", pooled, CLASSES), mixtures: mixtures.vectors },
    ...{ auxiliaryLogits: null, kept: [], dropPathInputs: [], cells: [] },
    ...{ parameters: layers.parameters, runningStatistics: layers.runningStatistics },
  };
}
