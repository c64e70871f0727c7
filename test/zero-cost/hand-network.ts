/** @file A network of three layers, once as a graph and once as plain loops that know nothing of it. */
import { Graph } from "../../src/graph/index.ts";
import { Layers, type NetworkBuilder } from "../../src/network/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import type { TrainingBatch } from "../../src/train/index.ts";

export const IMAGES = 5;
const PIXELS = 4;
const INPUTS = 2;
const WIDTH = 4;
const CLASSES = 3;

/** A number for each weight by the name of its parameter. */
export type HandWeights = Readonly<Record<"first.pointwise" | "second.pointwise" | "classifier.weight", Float64Array>>;

/** 1x1 convolution, batch norm, ReLU, 1x1 convolution, batch norm, ReLU, mean over 2x2 pixels, linear. */
export const handNetwork: NetworkBuilder = ({ mode, batch }) => {
  const graph = new Graph();
  const layers = new Layers(graph, mode);
  const images = graph.input("images", [batch, 2, 2, INPUTS]);
  const first = layers.pointwise("first", images, { channels: WIDTH, relu: false });
  const normed = layers.batchNorm("first.norm", first, true);
  const second = layers.pointwise("second", normed, { channels: WIDTH, relu: true });
  const features = graph.apply("relu", [layers.batchNorm("second.norm", second, true)], {});
  const logits = layers.linear("classifier", graph.apply("globalMean", [features], {}), CLASSES);
  const { parameters, runningStatistics } = layers;
  return {
    ...{ graph, images, logits, auxiliaryLogits: null, mixtures: null, kept: [], dropPathInputs: [], cells: [] },
    ...{ parameters, runningStatistics },
  };
};

export function handBatch(): TrainingBatch & { readonly images: Float64Array } {
  const stream = new RandomStreams(3).stream("hand");
  return {
    images: Float64Array.from({ length: IMAGES * PIXELS * INPUTS }, () => stream.normal()),
    labels: Float64Array.from({ length: IMAGES }, () => stream.integer(CLASSES)),
  };
}

/** What the loops compute. */
interface HandPass {
  readonly loss: number;
  readonly logits: Float64Array;
  /** Inputs of both ReLUs, `[N, pixels, channels]`. */
  readonly reluInputs: readonly Float64Array[];
}

/** `gate`: multiplies what a layer, 0 to 2, puts out for an image in a channel. Biases and shifts are 0, scales 1. */
export function handPass(
  weights: HandWeights,
  { images, labels }: TrainingBatch,
  gate: (layer: number, image: number, channel: number) => number = () => 1,
): HandPass {
  const pixels = IMAGES * PIXELS;
  const first = times(images, weights["first.pointwise"], pixels, INPUTS, WIDTH);
  const imageOf = (row: number) => Math.floor(row / PIXELS);
  const gated = (values: Float64Array, layer: number) =>
    values.map((value, at) => value * gate(layer, imageOf(Math.floor(at / WIDTH)), at % WIDTH));
  const firstNormed = normed(gated(first, 0));
  const second = times(positive(firstNormed), weights["second.pointwise"], pixels, WIDTH, WIDTH);
  const secondNormed = normed(gated(second, 1));
  const features = new Float64Array(IMAGES * WIDTH);
  for (const [at, value] of positive(secondNormed).entries()) {
    features[imageOf(Math.floor(at / WIDTH)) * WIDTH + (at % WIDTH)]! += value / PIXELS;
  }
  const logits = times(features, weights["classifier.weight"], IMAGES, WIDTH, CLASSES).map(
    (value, at) => value * gate(2, Math.floor(at / CLASSES), at % CLASSES),
  );
  let loss = 0;
  for (let image = 0; image < IMAGES; image++) {
    const own = logits.slice(image * CLASSES, (image + 1) * CLASSES);
    const total = own.reduce((sum, value) => sum + Math.exp(value), 0);
    loss += (Math.log(total) - own[labels[image]!]!) / IMAGES;
  }
  return { loss, logits, reluInputs: [firstNormed, secondNormed] };
}

const positive = (values: Float64Array) => values.map((value) => Math.max(0, value));

/** `[rows, inner]` times `[inner, columns]`. */
function times(a: ArrayLike<number>, b: ArrayLike<number>, rows: number, inner: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += a[Math.floor(at / columns) * inner + k]! * b[k * columns + (at % columns)]!;
    return sum;
  });
}

function normed(values: Float64Array): Float64Array {
  const count = values.length / WIDTH;
  const moment = (channel: number, power: number, centre: number) =>
    values.reduce((sum, value, at) => (at % WIDTH === channel ? sum + (value - centre) ** power / count : sum), 0);
  return values.map((value, at) => {
    const mean = moment(at % WIDTH, 1, 0);
    return (value - mean) / Math.sqrt(moment(at % WIDTH, 2, mean) + 1e-5);
  });
}
