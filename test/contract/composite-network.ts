/**
 * @file A small network that strings most operations together, and its programs on shared persistent values: a weight
 * step with momentum, all gradients, the gradient of the architecture weights alone, and inference.
 */
import type { Program } from "../../src/device/index.ts";
import { differentiate, elementCount, Graph, type Shape, type Value } from "../../src/graph/index.ts";
import { RandomStreams } from "../../src/random/index.ts";

export interface CompositePrograms {
  readonly weightStep: Program;
  /** The loss, and its gradient by the name of each parameter, architecture weights included. */
  readonly gradients: Program;
  readonly architectureGradient: Program;
  readonly inference: Program;
  /** First values of all parameters and running statistics, by name. */
  readonly initial: ReadonlyMap<string, Float64Array>;
}

const COMPOSITE_CLASSES = 5;

/** Programs for pictures `[images, 9, 7, 3]`. */
export function compositePrograms(images: number): CompositePrograms {
  const weightStep = new Composite(images, "train");
  const gradients = differentiate(weightStep.graph, weightStep.loss, weightStep.parameters);
  const rate = weightStep.graph.input("rate", [1]);
  const triples = weightStep.parameters.flatMap((parameter, k) => [
    parameter,
    gradients[k]!,
    weightStep.graph.persistent(`${parameter.name}.velocity`, parameter.shape),
  ]);
  const norm = weightStep.graph.apply("sgd", [rate, ...triples], { momentum: 0.9, weightDecay: 1e-3, clipNorm: 1 });
  const all = new Composite(images, "steer");
  const wrt = [...all.parameters, all.edgeWeights];
  const allGradients = differentiate(all.graph, all.loss, wrt);
  const architecture = new Composite(images, "steer");
  const [gradient] = differentiate(architecture.graph, architecture.loss, [architecture.edgeWeights]);
  const inference = new Composite(images, "infer");
  return {
    weightStep: { graph: weightStep.graph, outputs: { loss: weightStep.loss, norm } },
    gradients: {
      graph: all.graph,
      outputs: { loss: all.loss, ...Object.fromEntries(wrt.map(({ name }, k) => [name, allGradients[k]!])) },
    },
    architectureGradient: {
      graph: architecture.graph,
      outputs: { steeringLoss: architecture.loss, gradient: gradient! },
    },
    inference: { graph: inference.graph, outputs: { logits: inference.logits } },
    initial: weightStep.initial,
  };
}

/** Pictures, labels and drop factors of one batch, by the names that the programs use. */
export function compositeBatch(images: number, index: number): Record<string, Float32Array> {
  const stream = new RandomStreams(index).stream("batch");
  const draw = (length: number, next: () => number) => Float32Array.from({ length }, next);
  return {
    picture: draw(images * 9 * 7 * 3, () => stream.normal()),
    label: draw(images, () => stream.integer(COMPOSITE_CLASSES)),
    keep: draw(images, () => (stream.integer(5) === 0 ? 0 : 1.25)),
  };
}

type Mode = "train" | "steer" | "infer";

class Composite {
  readonly graph = new Graph();
  readonly parameters: Value[] = [];
  readonly initial = new Map<string, Float64Array>();
  readonly edgeWeights: Value;
  readonly logits: Value;
  readonly loss: Value;
  readonly #mode: Mode;
  readonly #images: number;

  constructor(images: number, mode: Mode) {
    this.#mode = mode;
    this.#images = images;
    this.edgeWeights = this.graph.persistent("edges", [4]);
    this.initial.set("edges", Float64Array.of(0.5, -0.75, 1, 0.25));
    const stem = this.#stem();
    const cell = this.#cell(stem);
    const reduced = this.#reduce(cell);
    this.logits = this.#head("head", this.graph.apply("averagePool", [reduced], { size: 3, stride: 2, padding: 1 }));
    const auxiliary = this.#head("auxiliary", this.#convolution("auxiliary", reduced, 2, 12));
    const label = this.graph.input("label", [images]);
    const losses = [this.logits, auxiliary].map((logits) =>
      this.graph.apply("crossEntropy", [logits, label], { labelSmoothing: 0.1 }),
    );
    this.loss = this.graph.apply("sum", losses, { coefficients: [1, 0.4] });
  }

  #stem(): Value {
    const picture = this.graph.input("picture", [this.#images, 9, 7, 3]);
    return this.#norm("stem", this.#convolution("stem", picture, 3, 8));
  }

  /** Two nodes of two edges each, side by side. */
  #cell(input: Value): Value {
    const keep = this.graph.input("keep", [this.#images]);
    const separable = this.graph.apply("dropPath", [this.#separable("separable", input, 3, 1), keep], {});
    const pooled = this.#norm("pooled", this.graph.apply("maxPool", [input], { size: 3, stride: 1, padding: 1 }));
    const first = this.graph.apply("weightedSum", [this.edgeWeights, separable, pooled], { entries: [0, 1] });
    const dilated = this.#separable("dilated", first, 5, 2);
    const second = this.graph.apply("weightedSum", [this.edgeWeights, dilated, input], { entries: [3, 2] });
    return this.graph.apply("concat", [first, second], {});
  }

  #reduce(input: Value): Value {
    const halves = [0, 1].map((offset) => {
      const filter = this.#parameter(`reduce${offset}`, [16, 4], 0.3);
      return this.graph.apply("pointwise", [input, filter], { stride: 2, offset, relu: true });
    });
    return this.#norm("reduce", this.graph.apply("concat", halves, {}));
  }

  #separable(name: string, input: Value, size: number, dilation: number): Value {
    const depthwise = this.#parameter(`${name}.depthwise`, [size, size, 8], 0.4);
    const filtered = this.graph.apply("depthwise", [input, depthwise], { stride: 1, dilation, relu: true });
    const pointwise = this.#parameter(`${name}.pointwise`, [8, 8], 0.4);
    const mixed = this.graph.apply("pointwise", [filtered, pointwise], { stride: 1, offset: 0, relu: false });
    return this.#norm(name, mixed);
  }

  #convolution(name: string, input: Value, size: number, channels: number): Value {
    const filter = this.#parameter(`${name}.filter`, [size, size, input.shape[3]!, channels], 0.3);
    const padding = size === 3 ? 1 : 0;
    return this.graph.apply("convolution", [input, filter], { stride: 1, padding, relu: false });
  }

  #norm(name: string, input: Value): Value {
    const channels = [input.shape[3]!];
    const vectors = [
      this.#persistent(`${name}.mean`, channels, () => 0),
      this.#persistent(`${name}.variance`, channels, () => 1),
      this.#parameter(`${name}.scale`, channels, 0.2, 1),
      this.#parameter(`${name}.shift`, channels, 0.2),
    ];
    const attributes = { affine: true, epsilon: 1e-5 };
    if (this.#mode === "infer") return this.graph.apply("batchNormInference", [input, ...vectors], attributes);
    const updatesRunning = this.#mode === "train";
    return this.graph.apply("batchNorm", [input, ...vectors], { ...attributes, momentum: 0.1, updatesRunning });
  }

  #head(name: string, input: Value): Value {
    const features = this.graph.apply("globalMean", [this.graph.apply("relu", [input], {})], {});
    const weight = this.#parameter(`${name}.weight`, [input.shape[3]!, COMPOSITE_CLASSES], 0.5);
    const bias = this.#parameter(`${name}.bias`, [COMPOSITE_CLASSES], 0.1);
    return this.graph.apply("linear", [features, weight, bias], {});
  }

  #parameter(name: string, shape: Shape, deviation: number, mean = 0): Value {
    const stream = new RandomStreams(3).stream(name);
    const value = this.#persistent(name, shape, () => Math.fround(mean + deviation * stream.normal()));
    this.parameters.push(value);
    return value;
  }

  #persistent(name: string, shape: Shape, next: () => number): Value {
    this.initial.set(name, Float64Array.from({ length: elementCount(shape) }, next));
    return this.graph.persistent(name, shape);
  }
}
