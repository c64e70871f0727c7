/**
 * @file Writes the nodes of a model again, with QuantizeLinear and DequantizeLinear between them. There are several of these a
 * node: their names are short, equal scales and zero points are kept once, and shapes, which readers infer, are left out.
 */
import { quantizeChannels, type TensorScale } from "./quantization.ts";
import { ATTRIBUTE_TYPE, ELEMENT_TYPE, type GraphMessage, type NodeMessage, type TensorMessage } from "./schema.ts";

type Integers = Uint8Array | Int8Array | Int32Array;

/** A constant: where it is kept, its integers, and the scale of each of its channels. */
interface ConstantIntegers {
  readonly name: string;
  readonly dims: readonly number[];
  readonly integers: Int8Array | Int32Array;
  readonly scales: Float32Array;
}

export class QdqWriter {
  readonly #graph: GraphMessage;
  readonly #scales: ReadonlyMap<string, TensorScale>;
  readonly #constants: ReadonlyMap<string, TensorMessage>;
  /** Tensors that are read in the place of others. */
  readonly #renamed = new Map<string, string>();
  readonly #nodes: NodeMessage[] = [];
  readonly #initializers = new Map<string, TensorMessage>();
  readonly #shared = new Map<string, string>();
  #count = 0;

  /** @param scales of the tensors that become integers. */
  constructor(graph: GraphMessage, scales: ReadonlyMap<string, TensorScale>) {
    this.#graph = graph;
    this.#scales = scales;
    this.#constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  }

  /** Appends a node as it is. */
  node(node: NodeMessage): void {
    for (const name of node.input) {
      const constant = this.#constants.get(name);
      if (constant !== undefined && !this.#renamed.has(name)) this.#initializers.set(name, constant);
    }
    const input = node.input.map((name) => this.#renamed.get(name) ?? name);
    this.#nodes.push({ ...node, input });
  }

  /** Appends a Conv or a Gemm, whose weights and bias become integers by output channel. */
  weighted(node: NodeMessage): void {
    const [input, weight, bias] = node.input as [string, string, string?];
    const weights = this.#constants.get(weight)!;
    const values = floats(weights);
    const biases = bias === undefined ? null : floats(this.#constants.get(bias)!);
    const made = quantizeChannels(values, biases, weights.dims[0]!, this.#scales.get(input)!.scale);
    this.#dequantized({ name: weight, dims: weights.dims, integers: made.weights, scales: made.weightScales });
    if (bias !== undefined && made.bias !== null) {
      this.#dequantized({ name: bias, dims: [made.bias.length], integers: made.bias, scales: made.biasScales });
    }
    this.node(node);
  }

  /** Appends the pair that quantizes a tensor and dequantizes it: what is appended from now on reads the result. */
  quantized(tensor: string): void {
    const { scale, zeroPoint } = this.#scales.get(tensor)!;
    const parameters = [this.#parameter([], Float32Array.of(scale)), this.#parameter([], Uint8Array.of(zeroPoint))];
    const integers = this.#append("q", [tensor, ...parameters]);
    this.#renamed.set(tensor, this.#append("d", [integers, ...parameters]));
  }

  finish(): GraphMessage {
    return { ...this.#graph, node: this.#nodes, initializer: [...this.#initializers.values()], valueInfo: [] };
  }

  /** A constant as integers under its own name, and the node that makes numbers of them: what reads it reads these. */
  #dequantized({ name, dims, integers, scales }: ConstantIntegers): void {
    const channels = scales.length;
    const zeroPoints = integers instanceof Int8Array ? new Int8Array(channels) : new Int32Array(channels);
    const parameters = [this.#parameter([channels], scales), this.#parameter([channels], zeroPoints)];
    this.#constant(name, dims, integers);
    this.#renamed.set(name, this.#append("d", [name, ...parameters], 0));
  }

  #append(kind: "q" | "d", input: readonly string[], axis?: number): string {
    const attribute = axis === undefined ? [] : [{ name: "axis", type: ATTRIBUTE_TYPE.integer, i: axis }];
    const opType = kind === "q" ? "QuantizeLinear" : "DequantizeLinear";
    const name = `${kind}${this.#count++}`;
    this.#nodes.push({ name, opType, input, output: [name], attribute });
    return name;
  }

  /** A scale or a zero point. */
  #parameter(dims: readonly number[], values: Integers | Float32Array): string {
    const key = `${elementType(values)}:${dims}:${values.join()}`;
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const name = `${values instanceof Float32Array ? "s" : "z"}${this.#shared.size}`;
    this.#shared.set(key, name);
    return this.#constant(name, dims, values);
  }

  #constant(name: string, dims: readonly number[], values: Integers | Float32Array): string {
    this.#initializers.set(name, { name, dims, dataType: elementType(values), rawData: littleEndian(values) });
    return name;
  }
}

function floats({ rawData }: TensorMessage): Float32Array {
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.length);
  return Float32Array.from({ length: rawData.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

function elementType(values: Integers | Float32Array): number {
  if (values instanceof Float32Array) return ELEMENT_TYPE.float32;
  if (values instanceof Int32Array) return ELEMENT_TYPE.int32;
  return values instanceof Int8Array ? ELEMENT_TYPE.int8 : ELEMENT_TYPE.uint8;
}

function littleEndian(values: Integers | Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.byteLength));
  for (const [i, value] of values.entries()) {
    if (values instanceof Float32Array) view.setFloat32(4 * i, value, true);
    else if (values instanceof Int32Array) view.setInt32(4 * i, value, true);
    else view.setUint8(i, value);
  }
  return new Uint8Array(view.buffer);
}
