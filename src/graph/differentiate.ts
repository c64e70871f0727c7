/**
 * @file Reverse-mode differentiation as a transformation of the graph: walks the operations backwards and appends, for each
 * one on a path from `wrt` to the loss, the operations of its gradient rule. Only what `wrt` needs is appended, so the
 * architecture step computes no weight gradients.
 */
import { IstaNasError } from "../error.ts";
import type { Graph, Value } from "./graph.ts";
import type { OpRule } from "./op-rule.ts";
import { OP_RULES } from "./ops/index.ts";

/**
 * Appends the gradient of `loss` to the graph. `seed`, of the shape of `loss`, is what the walk starts from; without it, ones:
 * the plain gradient of a loss `[1]`. With it, `loss` may be any value, and the result is its Jacobian, transposed, times the seed.
 * @returns for each value of `wrt`, the value that holds d loss / d value, of the same shape: zeros if it does not reach the loss, or only as a label, a drop factor or a running statistic.
 * @throws E_GRAPH_NO_GRADIENT if a value of `wrt` reaches the loss through an operation without gradient.
 */
export function differentiate(graph: Graph, loss: Value, wrt: readonly Value[], seed?: Value): readonly Value[] {
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
  for (const node of forward.reverse()) {
    const cotangents = node.outputs.map(cotangentOf);
    const needs = node.inputs.map((input) => varies.has(input.id));
    if (cotangents.every((cotangent) => cotangent === null) || !needs.includes(true)) continue;
    const { gradient } = OP_RULES[node.kind] as OpRule<unknown>;
    if (typeof gradient === "string") throw noGradient(`${node.kind} has no gradient: ${gradient}`);
    const { inputs, outputs, attributes } = node;
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

function noGradient(what: string): IstaNasError {
  return new IstaNasError(`internal: differentiate: ${what}`, { code: "E_GRAPH_NO_GRADIENT", kind: "internal" });
}
