/**
 * @file A model file that this package wrote, as a graph again: what computes it then is a device, and no runtime of ONNX. It knows the operators and
 * the forms that `lowerNode` writes and no others. Biases and affine maps become batch norms, whose arithmetic they are; the map of
 * the pixels stays apart, as no device computes it.
 */
import { Graph, type Value } from "../../graph/index.ts";
import { outputNames } from "./output-names.ts";
import { PRODUCER } from "./producer.ts";
import { readConvolution } from "./read-convolution.ts";
import { ReadingContext, Unreadable } from "./reading-context.ts";
import { decodeModel, type NodeMessage } from "./schema.ts";

export interface OnnxGraph {
  readonly graph: Graph;
  /** Input `images`, normalised, `[N, H, W, C]`. */
  readonly images: Value;
  /** What `images` is to be for pixels `[N, H, W, C]`, 0 to 255. */
  normalised(pixels: ArrayLike<number>): Float32Array;
  /** `[N, K]` */
  readonly logits: Value;
  /** Of the other tasks. */
  readonly otherLogits: readonly Value[];
  /** What each persistent value holds. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
}

/**
 * The graph for `batch` images at a time; null for a file of another program, and for one that holds what was never written. `bytes`: of a model that
 * `readOnnxMetadata` took; `otherTasks`: the names of its other tasks.
 */
export function readOnnxGraph(bytes: Uint8Array, batch: number, otherTasks: readonly string[] = []): OnnxGraph | null {
  const { graph, producerName } = decodeModel(bytes);
  if (graph === null || producerName !== PRODUCER) return null;
  try {
    const context = new ReadingContext(new Graph(), graph, batch);
    for (const node of graph.node) {
      const value = computed(context, node);
      if (value !== null) context.hold(node.output[0]!, value);
    }
    const { scale, shift } = context.normalisation;
    return {
      graph: context.graph,
      images: context.images,
      normalised: (pixels) =>
        Float32Array.from(pixels, (pixel, at) => pixel * scale[at % scale.length]! + shift[at % shift.length]!),
      logits: context.value(outputNames().logits),
      otherLogits: otherTasks.map((task) => context.value(outputNames(task).logits)),
      parameters: context.parameters,
    };
  } catch (error) {
    if (error instanceof Unreadable || (error as { readonly code?: unknown }).code === "E_GRAPH_SHAPE") return null;
    throw error;
  }
}

/** What a node computes; null for one that nothing is computed for, or not yet. */
function computed(context: ReadingContext, node: NodeMessage): Value | null {
  const { graph } = context;
  const [name] = node.output as [string];
  const inputs = () => node.input.map((name) => context.value(name));
  const input = () => context.value(node.input[0]!);
  switch (node.opType) {
    case "Conv":
      return readConvolution(context, node);
    case "Relu":
      context.holdRectified(name, node.input[0]!);
      return null;
    case "Clip":
      context.assert(node.input.slice(1).every((bound, k) => context.numbers(bound)[0] === [0, 6][k]));
      return graph.apply("relu6", [input()], {});
    case "MaxPool":
    case "AveragePool": {
      const kind = node.opType === "MaxPool" ? "maxPool" : "averagePool";
      const [size, stride, padding] = ["kernel_shape", "strides", "pads"].map((key) => context.sameOf(node, key));
      context.assert(
        context.integer(node, "count_include_pad", 0) === 0 && context.integer(node, "ceil_mode", 0) === 0,
      );
      return graph.apply(kind, [input()], { size: size!, stride: stride!, padding: padding! });
    }
    case "GlobalAveragePool":
      return graph.apply("globalMean", [input()], {});
    case "Flatten":
    case "Identity":
      return input();
    case "Slice":
      context.holdCut(name, node);
      return null;
    case "Add":
      return graph.apply("sum", inputs(), { coefficients: [1, 1] });
    case "Concat":
      return graph.apply("concat", inputs(), {});
    case "Gemm": {
      context.assert(context.integer(node, "transB", 0) === 1);
      const [, weight, bias] = node.input as [string, string, string];
      const parameters = [
        context.transposed(weight),
        context.parameter(bias, context.dims(bias), context.numbers(bias)),
      ];
      return graph.apply("linear", [input(), ...parameters], {});
    }
    case "Softmax":
      return null;
    default:
      throw new Unreadable();
  }
}
