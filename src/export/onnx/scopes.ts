/**
 * @file Readable names for the operations of a file. An operation with parameters is called after them; one without is
 * called after what its inputs have in common, so that the sum of two picks of a node bears the name of the node.
 */
import type { Node, Value } from "../../graph/index.ts";

/** Name of what belongs to no part more than to another. */
const ROOT = "network";

/** Returns a dotted name for what computes each value, by value id. They need not differ. */
export function nameScopes(nodes: readonly Node[]): ReadonlyMap<number, string> {
  const scopes = new Map<number, string>();
  const readers = new Map<number, Node[]>();
  for (const node of nodes) {
    for (const input of node.inputs) readers.set(input.id, [...(readers.get(input.id) ?? []), node]);
  }
  const named = (value: Value | undefined): string => value?.name ?? "";
  const inherited = (node: Node): string => {
    const inputs = node.inputs.map((input) => scopes.get(input.id)).filter((scope) => scope !== undefined);
    return inputs.length === 0 ? ROOT : inputs.reduce(commonPrefix) || ROOT;
  };
  const scopeOf = (node: Node): string => {
    switch (node.kind) {
      case "depthwise":
      case "pointwise":
        return named(node.inputs[1]);
      case "convolution":
      case "linear":
      case "batchNormInference":
        return parent(named(node.inputs[1]));
      case "maxPool":
      case "averagePool": {
        const [reader, ...others] = readers.get(node.outputs[0]!.id) ?? [];
        if (reader?.kind === "batchNormInference" && others.length === 0) return parent(scopeOf(reader));
        return inherited(node);
      }
      default:
        return inherited(node);
    }
  };
  for (const node of nodes) {
    for (const output of node.outputs) scopes.set(output.id, scopeOf(node));
  }
  return scopes;
}

/** `a.b.c` -> `a.b`; a name without a dot stays. */
function parent(name: string): string {
  const end = name.lastIndexOf(".");
  return end < 0 ? name : name.slice(0, end);
}

function commonPrefix(first: string, second: string): string {
  const a = first.split(".");
  const b = second.split(".");
  const end = a.findIndex((segment, i) => segment !== b[i]);
  return (end < 0 ? a : a.slice(0, end)).join(".");
}
