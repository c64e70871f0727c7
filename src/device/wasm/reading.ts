/**
 * @file Operations that read an input through a cheap operation before them, so that its result is never in memory. What that takes
 * are further inputs of the node that reads it.
 */
import { type Node, type Value, ValueTable } from "../../graph/index.ts";

/** An input is to be multiplied by an edge weight: the entry of another input of the node. */
export interface Reading {
  readonly kind: "weighted";
  readonly input: number;
  readonly entry: number;
}

/** An operation with how it reads its inputs, by their index, where that is not as they are. */
export type ReadingNode = Node & { readonly readings?: ReadonlyMap<number, Reading> };

/** Whether an input is there for the way in which another one is read; all threads read it whole. */
export function isReadingOperand({ readings }: ReadingNode, index: number): boolean {
  if (readings === undefined) return false;
  return [...readings.values()].some(({ input }) => input === index);
}

/** The same operations, in the same order; those that can read through what makes their inputs do. */
export function readThrough(nodes: readonly Node[]): readonly ReadingNode[] {
  const makers = new ValueTable<Node>();
  return nodes.map((node) => {
    for (const { id } of node.outputs) makers.set(id, node);
    return throughMakers(node, makers);
  });
}

function throughMakers(node: Node, makers: ValueTable<Node>): ReadingNode {
  if (!node.inputs.some(({ id }) => makers.get(id)?.kind === "weightedSumInputGradient")) return node;
  const inputs = [...node.inputs];
  const readings = new Map<number, Reading>();
  for (const [index, { id }] of node.inputs.entries()) {
    const maker = makers.get(id);
    if (maker?.kind !== "weightedSumInputGradient" || !readsWeighted(node, index)) continue;
    const [weights, cotangent] = maker.inputs as [Value, Value];
    readings.set(index, { kind: "weighted", input: inputs.length, entry: maker.attributes.entry });
    inputs[index] = cotangent;
    inputs.push(weights);
  }
  return readings.size === 0 ? node : { ...node, inputs, readings };
}

function readsWeighted(node: Node, index: number): boolean {
  if (node.kind === "batchNormGradient") return index === 0;
  return node.kind === "sum" && node.attributes.coefficients[index] === 1;
}
