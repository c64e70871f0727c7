/**
 * @file Appends layers to a graph under readable names and remembers which persistent values they need. All images are
 * `[N, H, W, C]`. Convolutions have no bias; batch norm has epsilon 1e-5 and momentum 0.1, as in the DARTS code.
 */
import type { Graph, Shape, Value } from "../graph/index.ts";
import type { Initialiser, ParameterOwner, ParameterRole, ParameterSpec } from "./parameter.ts";

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/**
 * Training passes normalise with the batch's statistics, inference with the running ones. `momentum`: how far the running statistics go towards those
 * of the batch, 1 for all the way. Default: 0.1.
 */
export type PassMode =
  | { readonly kind: "train"; readonly updatesRunning: boolean; readonly momentum?: number }
  | { readonly kind: "inference" };

/** Layers by name: the same name makes the same persistent values in every graph. */
export class Layers {
  readonly graph: Graph;
  readonly mode: PassMode;
  readonly #prefix: string;
  readonly #parameters = new Map<string, ParameterSpec>();
  readonly #runningStatistics = new Map<string, ParameterSpec>();
  #owner: ParameterOwner | null = null;

  /** `prefix`: in front of the names of persistent values. */
  constructor(graph: Graph, mode: PassMode, prefix = "") {
    this.graph = graph;
    this.mode = mode;
    this.#prefix = prefix;
  }

  /** Trained values, in the order of first use. */
  get parameters(): readonly ParameterSpec[] {
    return [...this.#parameters.values()];
  }

  /** Running means and variances of batch norm, in the order of first use. */
  get runningStatistics(): readonly ParameterSpec[] {
    return [...this.#runningStatistics.values()];
  }

  /** What `build` appends, with all its persistent values owned by a candidate. */
  owned<T>(owner: ParameterOwner, build: () => T): T {
    this.#owner = owner;
    try {
      return build();
    } finally {
      this.#owner = null;
    }
  }

  /** Dense convolution `[size, size, Cin, channels]`. */
  convolution(
    name: string,
    input: Value,
    layer: { channels: number; size: number; stride: number; padding: number; relu: boolean },
  ): Value {
    const { channels, size, stride, padding, relu } = layer;
    const inputChannels = input.shape[3]!;
    const filter = this.#parameter(name, "filter", [size, size, inputChannels, channels], {
      kind: "uniform",
      fanIn: size * size * inputChannels,
    });
    return this.graph.apply("convolution", [input, filter], { stride, padding, relu });
  }

  /** One filter a channel. ReLU on the input is on unless it is told otherwise. */
  depthwise(
    name: string,
    input: Value,
    layer: { size: number; stride: number; dilation: number; relu?: boolean },
  ): Value {
    const { size, stride, dilation, relu = true } = layer;
    const filter = this.#parameter(name, "depthwise", [size, size, input.shape[3]!], {
      kind: "uniform",
      fanIn: size * size,
    });
    return this.graph.apply("depthwise", [input, filter], { stride, dilation, relu });
  }

  /** 1x1 convolution to `channels`. `initialiser`: how its filter starts, uniform unless it is told otherwise. */
  pointwise(
    name: string,
    input: Value,
    layer: { channels: number; stride?: number; offset?: number; relu: boolean; initialiser?: Initialiser },
  ): Value {
    const { channels, stride = 1, offset = 0, relu } = layer;
    const inputChannels = input.shape[3]!;
    const { initialiser = { kind: "uniform", fanIn: inputChannels } } = layer;
    const filter = this.#parameter(name, "pointwise", [inputChannels, channels], initialiser);
    return this.graph.apply("pointwise", [input, filter], { stride, offset, relu });
  }

  /** Batch norm, with scale and shift if `affine`. */
  batchNorm(name: string, input: Value, affine: boolean): Value {
    const channels = [input.shape[3]!];
    const vectors = [
      this.#persistent(this.#runningStatistics, name, "runningMean", channels, { kind: "fill", value: 0 }),
      this.#persistent(this.#runningStatistics, name, "runningVariance", channels, { kind: "fill", value: 1 }),
    ];
    if (affine) {
      vectors.push(
        this.#parameter(name, "scale", channels, { kind: "fill", value: 1 }),
        this.#parameter(name, "shift", channels, { kind: "fill", value: 0 }),
      );
    }
    if (this.mode.kind === "inference") {
      return this.graph.apply("batchNormInference", [input, ...vectors], { affine, epsilon: EPSILON });
    }
    const { updatesRunning, momentum = MOMENTUM } = this.mode;
    const attributes = { affine, epsilon: EPSILON, momentum, updatesRunning };
    return this.graph.apply("batchNorm", [input, ...vectors], attributes);
  }

  /** Weight `[C, units]` and bias. */
  linear(name: string, input: Value, units: number): Value {
    const fanIn = input.shape[1]!;
    const weight = this.#parameter(name, "weight", [fanIn, units], { kind: "uniform", fanIn });
    const bias = this.#parameter(name, "bias", [units], { kind: "uniform", fanIn });
    return this.graph.apply("linear", [input, weight, bias], {});
  }

  /** ReLU, 1x1 convolution, batch norm: what brings a cell's input to its width. */
  reluPointwiseNorm(name: string, input: Value, channels: number, affine: boolean): Value {
    return this.batchNorm(`${name}.norm`, this.pointwise(name, input, { channels, relu: true }), affine);
  }

  /** ReLU, two 1x1 convolutions of stride 2, the second shifted by one pixel, side by side, then batch norm. */
  factorizedReduce(name: string, input: Value, channels: number, affine: boolean): Value {
    const half = Math.floor(channels / 2);
    const even = this.pointwise(`${name}.even`, input, { channels: half, stride: 2, offset: 0, relu: true });
    const odd = this.pointwise(`${name}.odd`, input, { channels: channels - half, stride: 2, offset: 1, relu: true });
    return this.batchNorm(`${name}.norm`, this.graph.apply("concat", [even, odd], {}), affine);
  }

  #parameter(layer: string, role: ParameterRole, shape: Shape, initialiser: Initialiser): Value {
    return this.#persistent(this.#parameters, layer, role, shape, initialiser);
  }

  #persistent(
    registry: Map<string, ParameterSpec>,
    layer: string,
    role: ParameterRole,
    shape: Shape,
    initialiser: Initialiser,
  ): Value {
    const name = `${this.#prefix}${layer}.${role}`;
    if (!registry.has(name)) registry.set(name, { name, shape, initialiser, role, owner: this.#owner });
    return this.graph.persistent(name, shape);
  }
}
