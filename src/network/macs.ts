/**
 * @file Multiply-accumulates of one image. Counted: every product of a convolution (dense, depthwise, 1x1) and of a linear
 * layer, products with zero padding included. Not counted: biases, batch norm, pools, ReLU, sums. Papers that report more
 * (ISTA-NAS: 638M for a network that counts 621M here) add the latter.
 */
import { elementCount, type Graph } from "../graph/index.ts";

/** Convolution and linear multiply-accumulates of one pass, divided by the batch. */
export function countMacs(graph: Graph, batch: number): number {
  let macs = 0;
  for (const node of graph.nodes) {
    const outputs = elementCount(node.outputs[0]!.shape);
    const filter = node.inputs[1]?.shape;
    switch (node.kind) {
      case "convolution":
        macs += outputs * filter![0]! * filter![1]! * filter![2]!;
        break;
      case "depthwise":
        macs += outputs * filter![0]! * filter![1]!;
        break;
      case "pointwise":
      case "linear":
        macs += outputs * filter![0]!;
        break;
      default:
    }
  }
  return macs / batch;
}
