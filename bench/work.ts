/** @file Arithmetic and memory of an operation. */
import { elementCount, type Node, type Shape } from "../src/graph/index.ts";

export interface Work {
  /** Multiplications and additions of convolutions and batch norm; 0 for others. */
  readonly flops: number;
  /** Bytes of operands and results; of a slice only what it reads. */
  readonly bytes: number;
}

/** Statistics: x - k, its sum, its square and the sum of that; output: a x + b. */
const BATCH_NORM_FLOPS = 6;

/** Sums: dy, x - mean, their product and the sum of that; output: a dy + b x + c. */
const BATCH_NORM_GRADIENT_FLOPS = 8;

export function workOf({ kind, inputs, outputs }: Node): Work {
  const touched = kind === "channelSlice" ? [...outputs, ...outputs] : [...inputs, ...outputs];
  const bytes = touched.reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);
  const flops = flopsOf(
    kind,
    inputs.map(({ shape }) => shape),
    outputs.map(({ shape }) => shape),
  );
  return { flops, bytes };
}

export function isConvolution(kind: Node["kind"]): boolean {
  return /^(convolution|depthwise|pointwise)/.test(kind);
}

/** A gradient has as many as its operation: each pixel of the output meets each entry of the filter that belongs to it. */
function flopsOf(kind: Node["kind"], inputs: readonly Shape[], outputs: readonly Shape[]): number {
  const pixels = (shape: Shape) => shape[0]! * shape[1]! * shape[2]!;
  const filterFlops = (output: Shape, filter: Shape) => 2 * pixels(output) * elementCount(filter);
  switch (kind) {
    case "convolution":
    case "depthwise":
    case "pointwise":
      return filterFlops(outputs[0]!, inputs[1]!);
    case "convolutionInputGradient":
    case "depthwiseInputGradient":
    case "pointwiseInputGradient":
      return filterFlops(inputs[0]!, inputs[1]!);
    case "convolutionFilterGradient":
    case "depthwiseFilterGradient":
    case "pointwiseFilterGradient":
      return filterFlops(inputs[0]!, outputs[0]!);
    case "batchNorm":
      return BATCH_NORM_FLOPS * elementCount(inputs[0]!);
    case "batchNormGradient":
      return BATCH_NORM_GRADIENT_FLOPS * elementCount(inputs[0]!);
    default:
      return 0;
  }
}
