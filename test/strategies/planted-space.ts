/** @file A space in which it is known what is good, and images for it. */
import { Graph } from "../../src/graph/index.ts";
import { Layers, Mixtures, type Network, type SearchedSpace } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import type { BatchSource } from "../../src/train/index.ts";

/** Images of a batch. */
export const BATCH = 16;
const SIDE = 4;

/** Grey images whose class is how bright they are. */
export function brightness(name: string, batchCount: number): BatchSource {
  return {
    batchCount,
    batch(epoch, index) {
      const stream = new RandomStreams(7).stream(`${name}/${epoch}/${index}`);
      const labels = Float32Array.from({ length: BATCH }, () => stream.integer(2));
      const images = Float32Array.from({ length: BATCH * SIDE * SIDE }, (_, at) => {
        return 2 * labels[Math.floor(at / (SIDE * SIDE))]! - 1 + 0.2 * stream.normal();
      });
      return { images, labels };
    },
  };
}

/** Two groups: what lets the brightness through, at one place of each, and what is blind to it. */
export const SEEING: readonly number[] = [2, 0];
const COUNTS = [4, 3];
export const PLANTED: SearchedSpace = {
  groups: COUNTS.map((count, group) => ({
    ...{ name: `group${group}`, sparsity: 1 },
    candidates: Array.from({ length: count }, (_, index) => ({ name: `c${index}`, label: `${index}`, cost: 0 })),
  })),
  network:
    (supports) =>
    (pass): Network => {
      const graph = new Graph();
      const layers = new Layers(graph, pass.mode, pass.prefix);
      const images = graph.input("images", [pass.batch, SIDE, SIDE, 1]);
      const stem = layers.convolution("stem", images, { channels: 4, size: 3, stride: 1, padding: 1, relu: false });
      const groups = supports.map(({ length }, group) => ({ name: `group${group}`, kept: length }));
      const mixtures = new Mixtures(graph, groups, pass.mixture);
      const terms = supports.map((support, group) => {
        const seen = support.map((index) =>
          graph.apply("sum", [stem], { coefficients: [index === SEEING[group] ? 1 : 0] }),
        );
        return mixtures.mix(graph, group, seen);
      });
      const sum = graph.apply("sum", terms, { coefficients: terms.map(() => 1) });
      const logits = layers.linear("classifier", graph.apply("globalMean", [sum], {}), 2);
      return {
        ...{
          graph,
          images,
          logits,
          auxiliaryLogits: null,
          mixtures: mixtures.vectors,
          kept: [],
          dropPathInputs: [],
          cells: [],
        },
        ...{ parameters: layers.parameters, runningStatistics: layers.runningStatistics },
      };
    },
};
