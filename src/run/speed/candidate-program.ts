/** @file A part of a network as a program of its own, several times over: what one more of it takes is free of what a call takes anyway. */
import type { Program } from "../../device/index.ts";
import { Graph, type Node, type Value } from "../../graph/index.ts";

/** Operations, in order, of which all else needs nothing but `output`. */
export interface NetworkPart {
  readonly nodes: readonly Node[];
  readonly output: Value;
}

/** Parts with the same text compute the same from inputs of the same shapes. */
export function signatureOf({ nodes }: NetworkPart): string {
  const own = new Map<number, number>();
  const lines = nodes.map(({ kind, attributes, inputs, outputs }) => {
    const operands = inputs.map(
      ({ id, role, shape }) => own.get(id) ?? `${role === "persistent" ? role : "input"}:${shape}`,
    );
    for (const { id } of outputs) own.set(id, own.size);
    return [kind, JSON.stringify(attributes), ...operands].join(" ");
  });
  return lines.join("\n");
}

/**
 * The sum of `copies` of the part, all of the same inputs and weights, as `output`: a network that runs again and again has its weights in a cache, as
 * these are. Parts with weights of the same shapes share them.
 */
export function candidateProgram({ nodes, output }: NetworkPart, copies: number): Program {
  const graph = new Graph();
  const outside = new Map<number, number>();
  const results = Array.from({ length: copies }, () => {
    const inside = new Map<number, Value>();
    for (const { kind, attributes, inputs, outputs } of nodes) {
      const operands = inputs.map((value) => inside.get(value.id) ?? fromOutside(value));
      for (const [k, value] of graph.add(kind, operands, attributes as never).entries())
        inside.set(outputs[k]!.id, value);
    }
    return inside.get(output.id)!;
  });
  return { graph, outputs: { output: graph.apply("sum", results, { coefficients: results.map(() => 1) }) } };

  function fromOutside({ id, role, shape }: Value): Value {
    if (!outside.has(id)) outside.set(id, outside.size);
    const number = outside.get(id)!;
    if (role !== "persistent") return graph.input(`input/${number}`, shape);
    return graph.persistent(`timed/${number}/${shape.join("x")}`, shape);
  }
}
