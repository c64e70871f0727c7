/** @file A Conv of a file of ours as the operation that it was written for: dense, depthwise, pointwise, or an affine map of each channel. */
import type { Value } from "../../graph/index.ts";
import type { ReadingContext } from "./reading-context.ts";
import type { NodeMessage } from "./schema.ts";

/** The input of a file. */
const IMAGES = "images";

export function readConvolution(context: ReadingContext, node: NodeMessage): Value {
  const { graph } = context;
  const [input, weight, bias] = node.input as [string, string, string | undefined];
  const [outputs, perGroup, size, width] = context.dims(weight) as [number, number, number, number];
  const group = context.integer(node, "group", 1);
  const stride = context.sameOf(node, "strides");
  const dilation = context.sameOf(node, "dilations");
  const numbers = context.numbers(weight);
  if (group > 1) context.assert(group === outputs && perGroup === 1 && size === width);
  const isAffine = size === 1 && perGroup === 1 && group === outputs && stride === 1 && !context.isCut(input);
  const shift = bias === undefined ? new Float32Array(outputs) : context.numbers(bias);
  if (isAffine && input === IMAGES) return context.normalise(numbers, shift);
  if (isAffine) return affine(context, context.value(input), weight, numbers, shift);

  const { value, offset, relu } = context.source(input);
  let output: Value;
  if (group > 1) {
    context.assert(context.sameOf(node, "pads") === (dilation * (size - 1)) / 2 && offset === 0);
    const filter = context.parameter(weight, [size, size, outputs], reordered(numbers, outputs, 1, size * size));
    output = graph.apply("depthwise", [value, filter], { stride, dilation, relu });
  } else if (size === 1 && width === 1) {
    // Rows and columns that are missing at the end are zeros, as the operation takes them.
    context.assert(
      context
        .integers(node, "pads")
        .slice(0, 2)
        .every((pad) => pad === 0),
    );
    const filter = context.parameter(weight, [perGroup, outputs], reordered(numbers, outputs, perGroup, 1));
    output = graph.apply("pointwise", [value, filter], { stride, offset, relu });
  } else {
    context.assert(dilation === 1 && offset === 0);
    const filter = context.parameter(
      weight,
      [size, width, perGroup, outputs],
      reordered(numbers, outputs, perGroup, size * width),
    );
    output = graph.apply("convolution", [value, filter], { stride, padding: context.sameOf(node, "pads"), relu });
  }
  return bias === undefined ? output : shifted(context, output, weight, shift);
}

/** `[outputs, inputs, pixels]` to `[pixels, inputs, outputs]`. */
function reordered(numbers: Float32Array, outputs: number, inputs: number, pixels: number): Float32Array {
  const values = new Float32Array(numbers.length);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        values[(pixel * inputs + input) * outputs + output] = numbers[(output * inputs + input) * pixels + pixel]!;
      }
    }
  }
  return values;
}

/** x + shift, as a batch norm of that mean below zero. */
function shifted(context: ReadingContext, input: Value, name: string, shift: Float32Array): Value {
  const size = [shift.length];
  const mean = context.parameter(
    `${name}/mean`,
    size,
    shift.map((value) => -value),
  );
  const one = context.parameter(`${name}/variance`, size, new Float32Array(shift.length).fill(1));
  return context.graph.apply("batchNormInference", [input, mean, one], { affine: false, epsilon: 0 });
}

/** scale * x + shift */
function affine(context: ReadingContext, input: Value, name: string, scale: Float32Array, shift: Float32Array): Value {
  const size = [scale.length];
  const vectors = [new Float32Array(scale.length), new Float32Array(scale.length).fill(1), scale, shift];
  const parameters = vectors.map((values, k) => context.parameter(`${name}/${k}`, size, values));
  return context.graph.apply("batchNormInference", [input, ...parameters], { affine: true, epsilon: 0 });
}
