/**
 * @file What the lowering of one operation needs: the names of the tensors before it, its parameters, what was folded.
 */
import { IstaNasError } from "../../error.ts";
import { elementCount, formatShape, type Node, type Value } from "../../graph/index.ts";
import { type Folding, planFolding } from "./folding.ts";
import type { NodeParts, OnnxGraphBuilder, OnnxShape } from "./graph-builder.ts";
import { nameScopes } from "./scopes.ts";

export interface LoweringOptions {
  readonly builder: OnnxGraphBuilder;
  /** The operations to lower, in order. */
  readonly nodes: readonly Node[];
  /** What a named value other than `images` holds. */
  readonly parameters: (name: string) => ArrayLike<number>;
  readonly images: Value;
  /** Tensor that holds the normalised images, `[N, C, H, W]`. */
  readonly imagesTensor: string;
  /** Values that are outputs, and the names under which they are computed. */
  readonly outputs: readonly { readonly value: Value; readonly name: string }[];
}

export class LoweringContext {
  readonly builder: OnnxGraphBuilder;
  readonly folding: Folding;
  readonly #options: LoweringOptions;
  readonly #scopes: ReadonlyMap<number, string>;
  readonly #tensors = new Map<number, string>();
  readonly #rectified = new Map<string, string>();

  constructor(options: LoweringOptions) {
    this.builder = options.builder;
    this.#options = options;
    this.#scopes = nameScopes(options.nodes);
    this.#tensors.set(options.images.id, options.imagesTensor);
    const outputs = options.outputs.map(({ value }) => value);
    this.folding = planFolding(options.nodes, outputs, (value) => this.numbers(value));
  }

  /** Dotted name of the part of the network that a node belongs to. */
  scope(node: Node): string {
    return this.#scopes.get(node.outputs[0]!.id)!;
  }

  /** The ONNX tensor that holds a value. */
  tensor(value: Value): string {
    const name = this.#tensors.get(value.id);
    if (name === undefined) {
      throw new IstaNasError(
        `internal: onnx: value ${value.name ?? value.id}: got a ${value.role} value, expected one computed from images`,
        { code: "E_ONNX_OPERATION", kind: "internal" },
      );
    }
    return name;
  }

  /** The tensor of max(value, 0); readers of the same value share one. */
  rectified(value: Value): string {
    const input = this.tensor(value);
    const known = this.#rectified.get(input);
    if (known !== undefined) return known;
    const scope = this.#scopes.get(value.id) ?? "images";
    const output = this.builder.node({ op: "Relu", inputs: [input], scope, shape: onnxShape(value.shape) });
    this.#rectified.set(input, output);
    return output;
  }

  /** What a parameter holds. Throws `E_ONNX_PARAMETER` if the count differs from its shape. */
  numbers(value: Value): ArrayLike<number> {
    const count = elementCount(value.shape);
    if (value.name === null || value === this.#options.images) {
      throw parameterError(`value ${value.id}`, `a ${value.role} value`, "a named parameter");
    }
    const values = this.#options.parameters(value.name);
    if (values.length !== count) {
      throw parameterError(value.name, `${values.length} numbers`, `${count} for ${formatShape(value.shape)}`);
    }
    return values;
  }

  /** Remembers which tensor holds a value. */
  hold(value: Value, tensor: string): void {
    this.#tensors.set(value.id, tensor);
  }

  /** Appends the ONNX node that computes the output of a graph node, and returns its tensor. */
  emit(node: Node, parts: Pick<NodeParts, "op" | "inputs" | "attributes">): string {
    const value = node.outputs[0]!;
    const asked = this.#options.outputs.find((output) => output.value === value);
    const output = asked === undefined ? {} : { output: asked.name };
    const shape = onnxShape(value.shape);
    return this.builder.node({ ...parts, ...output, scope: this.scope(node), shape });
  }
}

/** `[N, H, W, C]` -> `[N, C, H, W]` and `[N, C]` -> `[N, C]`, where the number of images is left open. */
export function onnxShape(shape: readonly number[]): OnnxShape {
  return shape.length === 4 ? ["N", shape[3]!, shape[1]!, shape[2]!] : ["N", ...shape.slice(1)];
}

function parameterError(where: string, got: string, expected: string): IstaNasError {
  return new IstaNasError(`internal: onnx: parameter ${where}: got ${got}, expected ${expected}`, {
    code: "E_ONNX_PARAMETER",
    kind: "internal",
  });
}
