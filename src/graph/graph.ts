/**
 * @file The program of one training step: operations on values of static shape, in the order in which they run. Nothing
 * here computes; devices do. Building a graph is cheap, so each support of the super-net gets its own.
 */
import { IstaNasError } from "../error.ts";
import type { OpRule } from "./op-rule.ts";
import type { OpAttributes, OpKind } from "./ops/index.ts";
import { OP_RULES } from "./ops/index.ts";
import { expectSameShape, type Shape } from "./shape.ts";
import type { Value, ValueRole } from "./value.ts";

export interface NodeOf<K extends OpKind> {
  readonly index: number;
  readonly kind: K;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: OpAttributes[K];
  /** Values that are to be there before the operation runs, though it does not read them. */
  readonly after: readonly Value[];
}

export type Node = { [K in OpKind]: NodeOf<K> }[OpKind];

/** A list of operations that only grows. */
export class Graph {
  readonly #values: Value[] = [];
  readonly #nodes: Node[] = [];
  readonly #named = new Map<string, Value>();

  get values(): readonly Value[] {
    return this.#values;
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** A value that the caller writes before each run. Asking again for a name returns the same value. */
  input(name: string, shape: Shape): Value {
    return this.#name("input", name, shape);
  }

  /** A value that the device keeps under `name` between runs, shared by all programs of that device. */
  persistent(name: string, shape: Shape): Value {
    return this.#name("persistent", name, shape);
  }

  /**
   * Appends an operation and returns its outputs. It runs after the values of `after` have been computed, too.
   * Throws `E_GRAPH_SHAPE` if the inputs do not fit.
   */
  add<K extends OpKind>(
    kind: K,
    inputs: readonly Value[],
    attributes: OpAttributes[K],
    after: readonly Value[] = [],
  ): readonly Value[] {
    for (const value of [...inputs, ...after]) {
      if (this.#values[value.id] !== value) {
        throw new IstaNasError(`internal: ${kind}: an input belongs to another graph`, {
          code: "E_GRAPH_FOREIGN_VALUE",
          kind: "internal",
        });
      }
    }
    const rule: OpRule<OpAttributes[K], OpAttributes> = OP_RULES[kind];
    const shapes = rule.shapes(
      inputs.map((value) => value.shape),
      attributes,
    );
    const outputs = shapes.map((shape) => this.#value("computed", shape, null));
    this.#nodes.push({
      index: this.#nodes.length,
      kind,
      inputs: [...inputs],
      outputs,
      attributes,
      after: [...after],
    } as Node);
    return outputs;
  }

  /** Appends an operation that has one output, and returns it. */
  apply<K extends OpKind>(kind: K, inputs: readonly Value[], attributes: OpAttributes[K]): Value {
    return this.add(kind, inputs, attributes)[0]!;
  }

  /** All values with a name and the given role, in the order of their first use. */
  named(role: "input" | "persistent"): readonly Value[] {
    return [...this.#named.values()].filter((value) => value.role === role);
  }

  #name(role: "input" | "persistent", name: string, shape: Shape): Value {
    const known = this.#named.get(name);
    if (known === undefined) {
      const value = this.#value(role, shape, name);
      this.#named.set(name, value);
      return value;
    }
    expectSameShape(`value ${name}`, shape, known.shape);
    if (known.role !== role) {
      throw new IstaNasError(`internal: value ${name}: got ${role}, expected ${known.role} as before`, {
        code: "E_GRAPH_ROLE",
        kind: "internal",
      });
    }
    return known;
  }

  #value(role: ValueRole, shape: Shape, name: string | null): Value {
    const value: Value = { id: this.#values.length, role, shape, name };
    this.#values.push(value);
    return value;
  }
}
