/** @file Arithmetic and memory of an operation: multiply-accumulates of products of matrices and convolutions, and bytes of operands and results. */
import { elementCount, type Node } from "../src/graph/index.ts";

export interface Work {
  readonly macs: number;
  readonly bytes: number;
}

export function workOf({ kind, inputs, outputs }: Node): Work {
  const bytes = [...inputs, ...outputs].reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);
  return {
    macs: macsOf(
      kind,
      inputs.map(({ shape }) => shape),
      outputs.map(({ shape }) => shape),
    ),
    bytes,
  };
}

/** A gradient has as many as its operation: each pixel of the output meets each entry of the filter that belongs to it. */
function macsOf(
  kind: Node["kind"],
  inputs: readonly (readonly number[])[],
  outputs: readonly (readonly number[])[],
): number {
  const pixels = (shape: readonly number[]) => shape[0]! * shape[1]! * shape[2]!;
  const filterWork = (output: readonly number[], filter: readonly number[]) => pixels(output) * elementCount(filter);
  switch (kind) {
    case "convolution":
    case "depthwise":
    case "pointwise":
      return filterWork(outputs[0]!, inputs[1]!);
    case "convolutionInputGradient":
    case "depthwiseInputGradient":
    case "pointwiseInputGradient":
      return filterWork(inputs[0]!, inputs[1]!);
    case "convolutionFilterGradient":
    case "depthwiseFilterGradient":
    case "pointwiseFilterGradient":
      return filterWork(inputs[0]!, outputs[0]!);
    default:
      return 0;
  }
}
