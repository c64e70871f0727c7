/**
 * @file Reverse-mode differentiation as a transformation of the graph: walks the operations backwards and appends, for each
 * one on a path from `wrt` to the loss, the operations of its gradient rule. Only what `wrt` needs is appended, so the
 * architecture step computes no weight gradients.
 */
import { IstaNasError } from "../error.ts";
import type { Graph, Node } from "./graph.ts";
import type { OpRule } from "./op-rule.ts";
import { OP_RULES } from "./ops/index.ts";
import type { Value } from "./value.ts";

/** Operations of a graph by their index: [first, end). */
export interface NodeRange {
  readonly first: number;
  readonly end: number;
}

export interface DifferentiateOptions {
  /** What the walk starts from, of the shape of the loss. Default: ones, the plain gradient of a loss `[1]`. */
  readonly seed?: Value;
  /**
   * Parts of the forward pass, apart from each other, that are computed a second time when their gradients are due, so that what is
   * between their inputs and outputs takes no memory meanwhile (Chen et al. 2016, "Training deep nets with sublinear
   * memory cost"). The gradients have the same bits. Default: none.
   */
  readonly recompute?: readonly NodeRange[];
}

/**
 * Appends the gradient of `loss` to the graph. With a seed, `loss` may be any value, and the result is its Jacobian,
 * transposed, times the seed.
 * @returns for each value of `wrt`, the value that holds d loss / d value, of the same shape: zeros if it does not reach the loss, or only as a label, a drop factor or a running statistic.
 * @throws E_GRAPH_NO_GRADIENT if a value of `wrt` reaches the loss through an operation without gradient.
 */
export function differentiate(
  graph: Graph,
  loss: Value,
  wrt: readonly Value[],
  { seed, recompute = [] }: DifferentiateOptions = {},
): readonly Value[] {
  const forward = [...graph.nodes];
  const varies = new Set(wrt.map((value) => value.id));
  for (const node of forward) {
    if (node.inputs.some((input) => varies.has(input.id))) for (const output of node.outputs) varies.add(output.id);
  }
  const start = seed ?? graph.apply("constant", [], { shape: loss.shape, value: 1 });
  const pending = new Map<number, Value[]>([[loss.id, [start]]]);
  const cotangentOf = (value: Value): Value | null => {
    const parts = pending.get(value.id);
    if (parts === undefined) return null;
    if (parts.length > 1)
      parts.splice(0, parts.length, graph.apply("sum", parts, { coefficients: parts.map(() => 1) }));
    return parts[0]!;
  };
  const again = new Map<number, Value>();
  const reread = (value: Value): Value => again.get(value.id) ?? value;
  for (const node of [...forward].reverse()) {
    const range = recompute.find(({ end }) => end === node.index + 1);
    if (range !== undefined) {
      const nodes = forward.slice(range.first, range.end);
      const after = nodes.flatMap(({ outputs }) => outputs.flatMap((value) => cotangentOf(value) ?? []));
      repeat(graph, nodes, after, again);
    }
    const cotangents = node.outputs.map(cotangentOf);
    const needs = node.inputs.map((input) => varies.has(input.id));
    if (cotangents.every((cotangent) => cotangent === null) || !needs.includes(true)) continue;
    const { gradient } = OP_RULES[node.kind] as OpRule<unknown>;
    if (typeof gradient === "string") throw noGradient(`${node.kind} has no gradient: ${gradient}`);
    const { attributes } = node;
    const [inputs, outputs] = [node.inputs.map(reread), node.outputs.map(reread)];
    const contributions = gradient({ graph, attributes, inputs, outputs, cotangents, needs });
    for (const [k, contribution] of contributions.entries()) {
      if (contribution === null) continue;
      const id = node.inputs[k]!.id;
      const parts = pending.get(id);
      if (parts === undefined) pending.set(id, [contribution]);
      else parts.push(contribution);
    }
  }
  return wrt.map((value) => cotangentOf(value) ?? graph.apply("constant", [], { shape: value.shape, value: 0 }));
}

/** Appends the operations a second time, once `after` is there; `again` gets their outputs by the ids of the first ones. */
function repeat(graph: Graph, nodes: readonly Node[], after: readonly Value[], again: Map<number, Value>): void {
  for (const { kind, inputs, outputs, attributes } of nodes) {
    const rule = OP_RULES[kind] as OpRule<unknown>;
    const operands = inputs.map((value) => again.get(value.id) ?? value);
    const repeated = (rule.repeated?.(attributes) ?? attributes) as never;
    for (const [k, value] of graph.add(kind, operands, repeated, after).entries()) again.set(outputs[k]!.id, value);
  }
}

function noGradient(what: string): IstaNasError {
  return new IstaNasError(`internal: differentiate: ${what}`, { code: "E_GRAPH_NO_GRADIENT", kind: "internal" });
}
