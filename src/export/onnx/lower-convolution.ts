/**
 * @file The three convolutions as ONNX Conv. Filters go from channels last to `[Cout, Cin / group, kh, kw]`; the affine
 * map folded into a convolution multiplies its filters and becomes its bias.
 */
import type { NodeOf, Value } from "../../graph/index.ts";
import type { LoweringContext } from "./lowering-context.ts";

interface ConvParts {
  readonly input: string;
  /** `[outputs, inputsPerOutput, height, width]` */
  readonly dims: readonly [number, number, number, number];
  /** Where element (output, input, y, x) lies in the filter. */
  index(output: number, input: number, y: number, x: number): number;
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  readonly stride: number;
  readonly dilation?: number;
  readonly group?: number;
}

type ConvolutionNode = NodeOf<"convolution"> | NodeOf<"depthwise"> | NodeOf<"pointwise">;

export function lowerConvolution(context: LoweringContext, node: NodeOf<"convolution">): string {
  const [kh, kw, cin, cout] = node.inputs[1]!.shape as [number, number, number, number];
  const { stride, padding } = node.attributes;
  return emitConv(context, node, {
    input: convolvedTensor(context, node),
    dims: [cout, cin, kh, kw],
    index: (output, input, y, x) => ((y * kw + x) * cin + input) * cout + output,
    pads: [padding, padding, padding, padding],
    stride,
  });
}

export function lowerDepthwise(context: LoweringContext, node: NodeOf<"depthwise">): string {
  const [size, , channels] = node.inputs[1]!.shape as [number, number, number];
  const { stride, dilation } = node.attributes;
  const padding = (dilation * (size - 1)) / 2;
  return emitConv(context, node, {
    input: convolvedTensor(context, node),
    dims: [channels, 1, size, size],
    index: (output, _, y, x) => (y * size + x) * channels + output,
    pads: [padding, padding, padding, padding],
    stride,
    dilation,
    group: channels,
  });
}

/**
 * A shifted 1x1 convolution reads pixel (stride * y + offset): the first `offset` rows and columns are cut off, and
 * zeros stand in for what is then missing at the other end.
 */
export function lowerPointwise(context: LoweringContext, node: NodeOf<"pointwise">): string {
  const [cin, cout] = node.inputs[1]!.shape as [number, number];
  const [, height, width] = node.inputs[0]!.shape as [number, number, number, number];
  const { stride, offset } = node.attributes;
  const missing = (extent: number) => Math.max(0, stride * (Math.ceil(extent / stride) - 1) + offset + 1 - extent);
  let input = convolvedTensor(context, node);
  if (offset > 0) {
    const { builder } = context;
    const ends = [builder.integers([offset, offset]), builder.integers([height, width]), builder.integers([2, 3])];
    const shape = ["N", cin, height - offset, width - offset];
    input = builder.node({ op: "Slice", inputs: [input, ...ends], scope: context.scope(node), shape });
  }
  return emitConv(context, node, {
    input,
    dims: [cout, cin, 1, 1],
    index: (output, channel) => channel * cout + output,
    pads: [0, 0, missing(height), missing(width)],
    stride,
  });
}

function convolvedTensor(context: LoweringContext, node: ConvolutionNode): string {
  const input: Value = node.inputs[0]!;
  return node.attributes.relu ? context.rectified(input) : context.tensor(input);
}

function emitConv(context: LoweringContext, node: ConvolutionNode, parts: ConvParts): string {
  const { scale, shift } = context.folding.affines.get(node.index)!;
  const [outputs, inputs, height, width] = parts.dims;
  const filter = node.inputs[1]!;
  const values = context.numbers(filter);
  const weights = new Float64Array(values.length);
  let at = 0;
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) weights[at++] = values[parts.index(output, input, y, x)]! * scale[output]!;
      }
    }
  }
  const operands = [parts.input, context.builder.constant(filter.name!, parts.dims, weights)];
  if (shift.some((value) => value !== 0)) {
    operands.push(context.builder.constant(`${context.scope(node)}.bias`, [outputs], shift));
  }
  const { stride, dilation = 1, group = 1 } = parts;
  return context.emit(node, {
    op: "Conv",
    inputs: operands,
    attributes: {
      dilations: [dilation, dilation],
      group,
      kernel_shape: [height, width],
      pads: parts.pads,
      strides: [stride, stride],
    },
  });
}
