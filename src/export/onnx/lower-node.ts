/** @file Each operation of an inference graph as ONNX nodes, in forms that mean the same in operator sets 11 to 17. */
import { IstaNasError } from "../../error.ts";
import type { Node, NodeOf, Value } from "../../graph/index.ts";
import { identityAffine } from "./channel-affine.ts";
import { affineConv } from "./lower-affine.ts";
import { lowerConvolution, lowerDepthwise, lowerPointwise } from "./lower-convolution.ts";
import { type LoweringContext, onnxShape } from "./lowering-context.ts";

/**
 * Appends what computes the output of `node` and returns the tensor that holds it. Throws `E_ONNX_OPERATION` for
 * operations of training.
 */
export function lowerNode(context: LoweringContext, node: Node): string {
  switch (node.kind) {
    case "convolution":
      return lowerConvolution(context, node);
    case "depthwise":
      return lowerDepthwise(context, node);
    case "pointwise":
      return lowerPointwise(context, node);
    case "batchNormInference":
      return lowerBatchNorm(context, node);
    case "maxPool":
      return context.emit(node, {
        op: "MaxPool",
        inputs: [context.tensor(node.inputs[0]!)],
        attributes: poolAttributes(node),
      });
    case "averagePool": {
      const attributes = { ...poolAttributes(node), count_include_pad: 0 };
      return context.emit(node, { op: "AveragePool", inputs: [context.tensor(node.inputs[0]!)], attributes });
    }
    case "globalMean":
      return lowerGlobalMean(context, node);
    case "sum":
      return lowerSum(context, node, node.inputs);
    case "weightedSum":
      return lowerSum(context, node, node.inputs.slice(1));
    case "concat": {
      const inputs = node.inputs.map((input) => context.tensor(input));
      return context.emit(node, { op: "Concat", inputs, attributes: { axis: 1 } });
    }
    case "linear":
      return lowerLinear(context, node);
    case "relu":
      return context.rectified(node.inputs[0]!);
    case "relu6": {
      const { builder } = context;
      const bounds = [0, 6].map((bound) => builder.constant(`${context.scope(node)}.bound${bound}`, [], [bound]));
      return context.emit(node, { op: "Clip", inputs: [context.tensor(node.inputs[0]!), ...bounds] });
    }
    default:
      throw new IstaNasError(`internal: onnx: got operation ${node.kind}, expected an operation of inference`, {
        code: "E_ONNX_OPERATION",
        kind: "internal",
      });
  }
}

function lowerBatchNorm(context: LoweringContext, node: NodeOf<"batchNormInference">): string {
  const input = context.tensor(node.inputs[0]!);
  const affine = context.folding.affines.get(node.index);
  if (affine === undefined) return input;
  const scope = context.scope(node);
  return context.emit(
    node,
    affineConv(context.builder, { input, affine, names: [`${scope}.scale`, `${scope}.shift`] }),
  );
}

function poolAttributes(node: NodeOf<"maxPool"> | NodeOf<"averagePool">): Record<string, number | readonly number[]> {
  const { size, stride, padding } = node.attributes;
  return {
    ceil_mode: 0,
    kernel_shape: [size, size],
    pads: [padding, padding, padding, padding],
    strides: [stride, stride],
  };
}

/**
 * The mean is `[N, C, 1, 1]`: without extents that could be in another order, Flatten leaves the channels as they are.
 */
function lowerGlobalMean(context: LoweringContext, node: NodeOf<"globalMean">): string {
  const input = node.inputs[0]!;
  const mean = context.builder.node({
    op: "GlobalAveragePool",
    inputs: [context.tensor(input)],
    scope: context.scope(node),
    shape: ["N", input.shape[3]!, 1, 1],
  });
  return context.emit(node, { op: "Flatten", inputs: [mean], attributes: { axis: 1 } });
}

/** Weights are `[K, C]` in the file, as every exporter writes them: not all readers know a Gemm that says nothing of it. */
function lowerLinear(context: LoweringContext, node: NodeOf<"linear">): string {
  const [input, weight, bias] = node.inputs as [Value, Value, Value];
  const [rows, columns] = weight.shape as [number, number];
  const values = context.numbers(weight);
  const transposed = Float64Array.from(
    { length: rows * columns },
    (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!,
  );
  const { builder } = context;
  const parameters = [
    builder.constant(weight.name!, [columns, rows], transposed),
    builder.constant(bias.name!, bias.shape, context.numbers(bias)),
  ];
  return context.emit(node, {
    op: "Gemm",
    inputs: [context.tensor(input), ...parameters],
    attributes: { transB: 1 },
  });
}

/** Adds the summands in the order given. A coefficient that no summand could absorb becomes a node of its own. */
function lowerSum(
  context: LoweringContext,
  node: NodeOf<"sum"> | NodeOf<"weightedSum">,
  summands: readonly Value[],
): string {
  const { builder } = context;
  const scope = context.scope(node);
  const shape = onnxShape(node.outputs[0]!.shape);
  const terms = context.folding.coefficients.get(node.index)!.map((coefficient, k) => {
    const term = context.tensor(summands[k]!);
    if (coefficient === 1) return term;
    const { scale, shift } = identityAffine(summands[k]!.shape[3]!);
    const affine = { scale: scale.fill(coefficient), shift };
    const names = [`${scope}.coefficient`, `${scope}.shift`] as const;
    return builder.node({ ...affineConv(builder, { input: term, affine, names }), scope, shape });
  });
  if (terms.length === 1) return context.emit(node, { op: "Identity", inputs: terms });
  const last = terms.pop()!;
  const partial = terms.reduce((sum, term) => builder.node({ op: "Add", inputs: [sum, term], scope, shape }));
  return context.emit(node, { op: "Add", inputs: [partial, last] });
}
