/**
 * @file Small classifiers for the tests of the export: a hand-built graph, random parameters, and what the reference
 * device makes of them.
 */
import { createReferenceDevice } from "../../../src/device/reference/reference-device.ts";
import { encodeOnnx, type OnnxInput } from "../../../src/export/onnx/index.ts";
import { elementCount, Graph, type Value } from "../../../src/graph/index.ts";
import { type RandomStream, RandomStreams } from "../../../src/random/index.ts";

export interface ClassifierOptions {
  readonly batch?: number;
  readonly height?: number;
  readonly width?: number;
  readonly channels?: number;
  readonly seed?: number;
  /** Appends the features `[N, H', W', C']` of the images. */
  features(layers: TestLayers, images: Value): Value;
}

export interface Classifier {
  readonly graph: Graph;
  readonly images: Value;
  readonly logits: Value;
  readonly pixels: Uint8Array;
  parameters(name: string): Float64Array;
  /** In operator set `opset`, or in the default one. */
  encode(opset?: number, input?: OnnxInput): Uint8Array;
  /** Logits and probabilities of `pixels`, computed in float64. */
  expected(): Promise<{ readonly logits: Float64Array; readonly probabilities: Float64Array }>;
}

export const CLASS_NAMES: readonly string[] = ["cat", "dog", "größe 3"];
export const NORMALISATION: { readonly mean: readonly number[]; readonly standardDeviation: readonly number[] } = {
  mean: [0.49, 0.48, 0.45, 0.4],
  standardDeviation: [0.25, 0.24, 0.26, 0.3],
};

/** Appends operations whose parameters are named after their place. */
export class TestLayers {
  readonly graph: Graph;
  #count = 0;

  constructor(graph: Graph) {
    this.graph = graph;
  }

  convolution(
    input: Value,
    size: readonly [number, number],
    channels: number,
    stride = 1,
    padding = 0,
    relu = false,
  ): Value {
    const filter = this.#parameter("filter", [...size, input.shape[3]!, channels]);
    return this.graph.apply("convolution", [input, filter], { stride, padding, relu });
  }

  depthwise(input: Value, size: number, stride = 1, dilation = 1, relu = true): Value {
    const filter = this.#parameter("depthwise", [size, size, input.shape[3]!]);
    return this.graph.apply("depthwise", [input, filter], { stride, dilation, relu });
  }

  pointwise(input: Value, channels: number, stride = 1, offset = 0, relu = false): Value {
    const filter = this.#parameter("pointwise", [input.shape[3]!, channels]);
    return this.graph.apply("pointwise", [input, filter], { stride, offset, relu });
  }

  batchNorm(input: Value, affine = true): Value {
    const names = ["norm.runningMean", "norm.runningVariance", ...(affine ? ["norm.scale", "norm.shift"] : [])];
    const place = this.#count++;
    const vectors = names.map((name) => this.graph.persistent(`layers.${place}.${name}`, [input.shape[3]!]));
    return this.graph.apply("batchNormInference", [input, ...vectors], { affine, epsilon: 0.01 });
  }

  pool(kind: "maxPool" | "averagePool", input: Value, size = 3, stride = 1, padding = 1): Value {
    return this.graph.apply(kind, [input], { size, stride, padding });
  }

  factorizedReduce(input: Value, channels: number, affine = true): Value {
    const half = Math.floor(channels / 2);
    const parts = [this.pointwise(input, half, 2, 0, true), this.pointwise(input, channels - half, 2, 1, true)];
    return this.batchNorm(this.concat(parts), affine);
  }

  concat(inputs: readonly Value[]): Value {
    return this.graph.apply("concat", inputs, {});
  }

  sum(inputs: readonly Value[], coefficients: readonly number[] = inputs.map(() => 1)): Value {
    return this.graph.apply("sum", inputs, { coefficients });
  }

  /** Weights are an input of the graph, as the edge weights of a network are. */
  weightedSum(inputs: readonly Value[], entries: readonly number[] = inputs.map((_, k) => k)): Value {
    const weights = this.graph.input(`edgeWeights/${this.#count++}`, [Math.max(...entries) + 1]);
    return this.graph.apply("weightedSum", [weights, ...inputs], { entries });
  }

  relu(input: Value): Value {
    return this.graph.apply("relu", [input], {});
  }

  #parameter(kind: string, shape: readonly number[]): Value {
    return this.graph.persistent(`layers.${this.#count++}.${kind}`, shape);
  }
}

export function createClassifier(options: ClassifierOptions): Classifier {
  const { batch = 2, height = 7, width = 10, channels = 3, seed = 1 } = options;
  const graph = new Graph();
  const images = graph.input("images", [batch, height, width, channels]);
  const features = options.features(new TestLayers(graph), images);
  const means = graph.apply("globalMean", [graph.apply("relu", [features], {})], {});
  const weight = graph.persistent("classifier.weight", [means.shape[1]!, CLASS_NAMES.length]);
  const logits = graph.apply("linear", [means, weight, graph.persistent("classifier.bias", [CLASS_NAMES.length])], {});

  return classifierOf({ graph, images, logits }, seed);
}

/** Gives the parameters of a network random values and its images random pixels. */
export function classifierOf(
  { graph, images, logits }: Pick<Classifier, "graph" | "images" | "logits">,
  seed = 1,
): Classifier {
  const channels = images.shape[3]!;
  const streams = new RandomStreams(seed);
  const values = new Map<string, Float64Array>();
  for (const value of [...graph.named("persistent"), ...graph.named("input")]) {
    if (value !== images) values.set(value.name!, randomValues(value, streams.stream(value.name!)));
  }
  const parameters = (name: string): Float64Array => values.get(name)!;
  const stream = streams.stream("pixels");
  const pixels = Uint8Array.from({ length: elementCount(images.shape) }, () => stream.integer(256));
  const normalisation = {
    mean: NORMALISATION.mean.slice(0, channels),
    standardDeviation: NORMALISATION.standardDeviation.slice(0, channels),
  };

  return {
    graph,
    images,
    logits,
    pixels,
    parameters,
    encode: (opset, input = "images") =>
      encodeOnnx({
        graph,
        images,
        logits,
        parameters,
        normalisation,
        classNames: CLASS_NAMES,
        producerVersion: "1.2.3",
        input,
        ...(opset === undefined ? {} : { opset }),
      }),
    async expected() {
      const device = createReferenceDevice();
      try {
        for (const { name } of graph.named("persistent")) device.write(name!, parameters(name!));
        const executable = await device.compile({ graph, outputs: { logits } });
        const inputs: Record<string, Float64Array> = { images: normalised(pixels, normalisation) };
        for (const { name } of graph.named("input")) if (name !== "images") inputs[name!] = parameters(name!);
        const result = (await executable.run(inputs))["logits"] as Float64Array;
        return { logits: result, probabilities: softmax(result, CLASS_NAMES.length) };
      } finally {
        await device.close();
      }
    },
  };
}

/** Largest |got - expected| / max(1, |expected|). */
export function largestError(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY;
  const errors = Array.from(expected, (value, i) => Math.abs(got[i]! - value) / Math.max(1, Math.abs(value)));
  return errors.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...errors);
}

/** Uniform around zero, scaled to keep sums near 1; variances, scales and weights of sums away from zero. */
function randomValues({ name, shape }: Value, stream: RandomStream): Float64Array {
  const isPositive = /variance|scale$/i.test(name!);
  const fanIn = shape.length > 1 ? elementCount(shape.slice(0, name!.endsWith("depthwise") ? 2 : -1)) : 1;
  const bound = isPositive ? 0.5 : 1.7 / Math.sqrt(fanIn);
  return Float64Array.from({ length: elementCount(shape) }, () => {
    return (isPositive ? 1 : 0) + bound * (2 * stream.uniform() - 1);
  });
}

export function normalised(
  pixels: Uint8Array,
  { mean, standardDeviation }: { mean: readonly number[]; standardDeviation: readonly number[] },
): Float64Array {
  return Float64Array.from(pixels, (pixel, i) => {
    const channel = i % mean.length;
    return (pixel / 255 - mean[channel]!) / standardDeviation[channel]!;
  });
}

export function softmax(logits: Float64Array, classes: number): Float64Array {
  return logits.map((logit, i) => {
    const row = logits.subarray(i - (i % classes), i - (i % classes) + classes);
    return 1 / row.reduce((sum, other) => sum + Math.exp(other - logit), 0);
  });
}
