/**
 * @file A network with everything taken out that is not linear where all weights and images are positive, for synflow: batch norm is gone, its epsilon
 * with it, and ReLU6 lets through what is above 6. What is left is linear in its images and in the weights of each layer.
 *
 * Without batch norm values grow by 3 to 12 times a layer, and float32 ends at 3e38, after some fifty layers. So what stood in a batch norm's place now
 * multiplies by a power of two that undoes the growth that the sizes of the layers let expect; where paths meet, they are brought to one power. Powers
 * of two cost no bit, and the one that the logits were divided by is known: it is the same for every path from the images to the logits.
 */
import { Graph, type Node, type Value } from "../graph/index.ts";
import type { Network } from "../network/index.ts";

export interface LinearNetwork {
  readonly graph: Graph;
  readonly images: Value;
  /** The logits divided by 2 to the power of `exponent`, but for the biases of the classifier. */
  readonly logits: Value;
  readonly exponent: number;
}

/** A value of the copy: what it stands for is 2^exponent times it, and about as large as 2^size. */
interface Scaled {
  readonly value: Value;
  readonly exponent: number;
  readonly size: number;
}

/** A copy of `network`, which must have been built without mixtures and drop path. */
export function linearNetwork({ graph, images, logits }: Network): LinearNetwork {
  const copy = new Graph();
  const copies = new Map<Value, Scaled>();
  const copyOf = (value: Value): Scaled => {
    const known = copies.get(value);
    if (known !== undefined) return known;
    const { name, shape, role } = value;
    const made = role === "input" ? copy.input(name!, shape) : copy.persistent(name!, shape);
    copies.set(value, { value: made, exponent: 0, size: 0 });
    return copies.get(value)!;
  };
  for (const node of graph.nodes) copies.set(node.outputs[0]!, linearNode(copy, node, copyOf));
  const { value, exponent } = copyOf(logits);
  return { graph: copy, images: copyOf(images).value, logits: value, exponent };
}

function linearNode(graph: Graph, node: Node, copyOf: (value: Value) => Scaled): Scaled {
  const first = copyOf(node.inputs[0]!);
  switch (node.kind) {
    case "batchNorm":
      return scaleTo(graph, first, wholeExponent(first.size));
    case "relu6":
      return first;
    case "sum": {
      const { coefficients } = node.attributes;
      const terms = node.inputs.map(copyOf);
      const size = Math.log2(
        coefficients.reduce((sum, coefficient, k) => sum + Math.abs(coefficient) * 2 ** terms[k]!.size, 0),
      );
      const exponent = wholeExponent(size);
      const scaled = coefficients.map((coefficient, k) => coefficient * 2 ** (terms[k]!.exponent - exponent));
      const values = terms.map(({ value }) => value);
      return { value: graph.apply("sum", values, { coefficients: scaled }), exponent, size };
    }
    case "concat": {
      const terms = node.inputs.map(copyOf);
      const size = Math.max(...terms.map((term) => term.size));
      const exponent = wholeExponent(size);
      const values = terms.map((term) => scaleTo(graph, term, exponent).value);
      return { value: graph.apply("concat", values, {}), exponent, size };
    }
    default: {
      const inputs = node.inputs.map((input) => copyOf(input).value);
      const value = graph.add(node.kind, inputs, node.attributes as never)[0]!;
      return { value, exponent: first.exponent, size: first.size + growth(node) };
    }
  }
}

function scaleTo(graph: Graph, { value, exponent, size }: Scaled, wanted: number): Scaled {
  if (wanted === exponent) return { value, exponent, size };
  const scaled = graph.apply("sum", [value], { coefficients: [2 ** (exponent - wanted)] });
  return { value: scaled, exponent: wanted, size };
}

/** 0 for the size of what is zero. */
function wholeExponent(size: number): number {
  return Number.isFinite(size) ? Math.round(size) : 0;
}

/** Binary logarithm of how much larger the outputs of a layer are than its inputs, all positive: its inputs a pixel times the mean of |w|, 1 / (2 sqrt(inputs)). */
function growth({ kind, inputs }: Node): number {
  const filter = inputs[1]?.shape;
  switch (kind) {
    case "convolution":
      return meanGrowth(filter![0]! * filter![1]! * filter![2]!);
    case "depthwise":
      return meanGrowth(filter![0]! * filter![1]!);
    case "pointwise":
      return meanGrowth(filter![0]!);
    default:
      return 0;
  }
}

function meanGrowth(inputs: number): number {
  return Math.log2(Math.sqrt(inputs) / 2);
}
