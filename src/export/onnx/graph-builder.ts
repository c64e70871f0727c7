/** @file Collects the nodes and constants of an ONNX graph under names that are all different. */
import { IstaNasError } from "../../error.ts";
import {
  ATTRIBUTE_TYPE,
  type AttributeMessage,
  ELEMENT_TYPE,
  type GraphMessage,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from "./schema.ts";

/** Extents of an ONNX tensor; a string names one that may differ from run to run. */
export type OnnxShape = readonly (number | string)[];

export interface NodeParts {
  readonly op: string;
  readonly inputs: readonly string[];
  /** Dotted name of the part of the network that the node belongs to; its own name is `scope/op`. */
  readonly scope: string;
  /** Shape of the output. */
  readonly shape: OnnxShape;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
  /** Name of an output of the graph that this node computes. Default: the node's own name. */
  readonly output?: string;
}

export class OnnxGraphBuilder {
  readonly #nodes: NodeMessage[] = [];
  readonly #initializers: TensorMessage[] = [];
  readonly #inputs: ValueInfoMessage[] = [];
  readonly #outputs: ValueInfoMessage[] = [];
  readonly #intermediates: ValueInfoMessage[] = [];
  readonly #names = new Set<string>();
  readonly #integers = new Map<string, string>();

  /** Declares an input of the graph, float32. */
  input(name: string, shape: OnnxShape): void {
    this.#names.add(name);
    this.#inputs.push(valueInfo(name, shape));
  }

  /**
   * Declares an output of the graph, float32, to be computed by a node with this `output`. Declare all before any node.
   */
  output(name: string, shape: OnnxShape): void {
    this.#names.add(name);
    this.#outputs.push(valueInfo(name, shape));
  }

  /**
   * Adds a float32 constant and returns its name, `name` or a variation of it.
   * @throws E_ONNX_NOT_FINITE if a number is not finite in float32.
   */
  constant(name: string, dims: readonly number[], values: ArrayLike<number>): string {
    const rawData = new Uint8Array(4 * values.length);
    const view = new DataView(rawData.buffer);
    for (let i = 0; i < values.length; i++) {
      const value = Math.fround(values[i]!);
      if (!Number.isFinite(value)) {
        throw new IstaNasError(`onnx: parameter ${name}: got ${values[i]} at ${i}, expected a finite number`, {
          code: "E_ONNX_NOT_FINITE",
          hint: "training went wrong before the export: look for the first step whose loss is not a number",
        });
      }
      view.setFloat32(4 * i, value, true);
    }
    return this.#initializer(name, dims, ELEMENT_TYPE.float32, rawData);
  }

  /** Adds an int64 vector and returns its name; the same numbers are stored once. */
  integers(values: readonly number[]): string {
    const key = values.join("_");
    const known = this.#integers.get(key);
    if (known !== undefined) return known;
    const rawData = new Uint8Array(8 * values.length);
    const view = new DataView(rawData.buffer);
    for (const [i, value] of values.entries()) view.setBigInt64(8 * i, BigInt(value), true);
    const name = this.#initializer(`integers/${key}`, [values.length], ELEMENT_TYPE.int64, rawData);
    this.#integers.set(key, name);
    return name;
  }

  /** Appends a node with one output and returns the name of that output. */
  node(parts: NodeParts): string {
    const name = this.#unique(parts.scope === "" ? parts.op : `${parts.scope}/${parts.op}`);
    const output = parts.output ?? name;
    if (parts.output === undefined) this.#intermediates.push(valueInfo(name, parts.shape));
    const attribute = Object.entries(parts.attributes ?? {}).map(([key, value]) => attributeMessage(key, value));
    this.#nodes.push({ name, opType: parts.op, input: [...parts.inputs], output: [output], attribute });
    return output;
  }

  finish(name: string): GraphMessage {
    return {
      name,
      node: this.#nodes,
      initializer: this.#initializers,
      input: this.#inputs,
      output: this.#outputs,
      valueInfo: this.#intermediates,
    };
  }

  #initializer(hint: string, dims: readonly number[], dataType: number, rawData: Uint8Array): string {
    const name = this.#unique(hint);
    this.#initializers.push({ name, dims: [...dims], dataType, rawData });
    return name;
  }

  #unique(hint: string): string {
    let name = hint;
    for (let i = 1; this.#names.has(name); i++) name = `${hint}_${i}`;
    this.#names.add(name);
    return name;
  }
}

function valueInfo(name: string, shape: OnnxShape): ValueInfoMessage {
  const dim = shape.map((extent) => (typeof extent === "string" ? { dimParam: extent } : { dimValue: extent }));
  return { name, type: { tensorType: { elemType: ELEMENT_TYPE.float32, shape: { dim } } } };
}

function attributeMessage(name: string, value: number | readonly number[]): AttributeMessage {
  return typeof value === "number"
    ? { name, type: ATTRIBUTE_TYPE.integer, i: value }
    : { name, type: ATTRIBUTE_TYPE.integers, ints: value };
}
