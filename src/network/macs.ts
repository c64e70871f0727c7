/**
 * @file Multiply-accumulates. Counted: every product of a convolution (dense, depthwise, 1x1) and of a linear layer, products with zero
 * padding included. Not counted: biases, batch norm, pools, ReLU, sums. Papers that report more (ISTA-NAS: 638M for a network that counts
 * 621M here) add the latter.
 */
import { elementCount, type Graph, liveNodes, type Node, type Value } from "../graph/index.ts";

/** How many dimensions of its filter a product runs over: all but those of the outputs. */
const FILTER_DIMENSIONS: Readonly<Record<string, number>> = { convolution: 3, depthwise: 2, pointwise: 1, linear: 1 };

const BACKWARD = /^(.*)(Input|Filter|Weight)Gradient$/;

/** Multiply-accumulates of one run of a program, over all its images. */
export interface PassMacs {
  readonly forward: number;
  /** Of gradients: as many for those of the input as for those of the filter, and each as many as forward. */
  readonly backward: number;
}

/** Convolution and linear multiply-accumulates of one pass, divided by the batch. */
export function countMacs(graph: Graph, batch: number): number {
  return sumOf(graph.nodes).forward / batch;
}

/** Of what a device runs for these outputs: forward once more where it is recomputed, and no gradient that nothing needs. */
export function countPassMacs(graph: Graph, outputs: readonly Value[]): PassMacs {
  return sumOf(liveNodes(graph, outputs));
}

function sumOf(nodes: readonly Node[]): PassMacs {
  let forward = 0;
  let backward = 0;
  for (const { kind, inputs, outputs } of nodes) {
    const [, ofGradient = null, side] = BACKWARD.exec(kind) ?? [];
    const dimensions = FILTER_DIMENSIONS[ofGradient ?? kind];
    if (dimensions === undefined) continue;
    const filter = (ofGradient === null || side === "Input" ? inputs[1] : outputs[0])!.shape;
    const results = (ofGradient === null ? outputs[0] : inputs[0])!.shape;
    const macs = filter.slice(0, dimensions).reduce((product, size) => product * size, elementCount(results));
    if (ofGradient === null) forward += macs;
    else backward += macs;
  }
  return { forward, backward };
}
