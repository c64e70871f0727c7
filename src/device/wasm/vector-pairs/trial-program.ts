/** @file The program of the trial: a small network of every kind of layer, its loss and all gradients, on numbers of its own. */
import { differentiate, elementCount, Graph, type Shape, type Value } from "../../../graph/index.ts";
import type { Program } from "../../device.ts";

export interface TrialProgram extends Program {
  readonly inputs: Readonly<Record<string, Float32Array>>;
}

const IMAGES = 4;
const CLASSES = 10;

/** Channels are such that products have whole blocks of 16 columns, and what is left of them. */
export function trialProgram(): TrialProgram {
  const graph = new Graph();
  const parameters: Value[] = [];
  const parameter = (...shape: Shape): Value => {
    const value = graph.input(`parameter ${parameters.length}`, shape);
    parameters.push(value);
    return value;
  };
  const images = graph.input("images", [IMAGES, 8, 8, 16]);
  const stem = graph.apply("convolution", [images, parameter(3, 3, 16, 20)], { stride: 1, padding: 1, relu: true });
  const wide = graph.apply("pointwise", [stem, parameter(20, 36)], { stride: 1, offset: 0, relu: true });
  const small = graph.apply("depthwise", [wide, parameter(3, 3, 36)], { stride: 1, dilation: 1, relu: true });
  const large = graph.apply("depthwise", [small, parameter(5, 5, 36)], { stride: 1, dilation: 2, relu: false });
  const running = [graph.input("running mean", [36]), graph.input("running variance", [36])];
  const normed = graph.apply("batchNorm", [large, ...running, parameter(36), parameter(36)], {
    ...{ affine: true, epsilon: 1e-5, momentum: 0.1, updatesRunning: false },
  });
  const summed = graph.apply("sum", [normed, wide], { coefficients: [1, 1] });
  const halved = graph.apply("pointwise", [summed, parameter(36, 48)], { stride: 2, offset: 1, relu: true });
  const strided = graph.apply("depthwise", [summed, parameter(3, 3, 36)], { stride: 2, dilation: 1, relu: true });
  const narrow = graph.apply("pointwise", [strided, parameter(36, 48)], { stride: 1, offset: 0, relu: false });
  const pooled = [
    graph.apply("maxPool", [halved], { size: 3, stride: 1, padding: 1 }),
    graph.apply("averagePool", [narrow], { size: 3, stride: 1, padding: 1 }),
  ];
  const mixed = graph.apply("weightedSum", [parameter(2), ...pooled], { entries: [0, 1] });
  const features = graph.apply("globalMean", [mixed], {});
  const logits = graph.apply("linear", [features, parameter(48, CLASSES), parameter(CLASSES)], {});
  const loss = graph.apply("crossEntropy", [logits, graph.input("labels", [IMAGES])], { labelSmoothing: 0.1 });
  const gradients = differentiate(graph, loss, [images, ...parameters]);
  const outputs = Object.fromEntries(gradients.map((value, k) => [`gradient ${k}`, value]));
  const inputs = graph.named("input").map(({ name, shape }): [string, Float32Array] => [name!, spread(shape)]);
  return {
    graph,
    outputs: { ...outputs, logits, loss },
    inputs: { ...Object.fromEntries(inputs), labels: Float32Array.from({ length: IMAGES }, (_, image) => image) },
  };
}

/** Numbers from -0.5 to 0.5, by multiples of the golden ratio. */
function spread(shape: Shape): Float32Array {
  return Float32Array.from({ length: elementCount(shape) }, (_, k) => (((k + 1) * 0.6180339887498949) % 1) - 0.5);
}
