/**
 * @file Decides which batch norms and which coefficients of sums disappear into the weights of the convolutions before
 * them. A value can absorb a channel-wise affine map if nothing else reads it and it comes from a convolution, from a
 * batch norm, or from a concat of values that all can. A factorized reduce is the last case: its batch norm is cut in
 * two, one part for each of its strided convolutions.
 */
import type { Node, NodeOf, Value } from "../../graph/index.ts";
import { batchNormAffine, type ChannelAffine, composeAffine, identityAffine, sliceAffine } from "./channel-affine.ts";

export interface Folding {
  /** For each convolution and for each batch norm that stays: the map that follows it, or that it is. By node index. */
  readonly affines: ReadonlyMap<number, ChannelAffine>;
  /** Indices of the batch norms that are gone: their output is their input. */
  readonly removed: ReadonlySet<number>;
  /** What is left of the coefficients of each sum, by node index; 1 for those that a summand absorbed. */
  readonly coefficients: ReadonlyMap<number, readonly number[]>;
}

/**
 * @param nodes the operations to export, in order.
 * @param outputs values that must keep their meaning.
 * @param numbers what a parameter holds.
 */
export function planFolding(
  nodes: readonly Node[],
  outputs: readonly Value[],
  numbers: (value: Value) => ArrayLike<number>,
): Folding {
  const producers = new Map<number, Node>();
  const uses = new Map<number, number>();
  const affines = new Map<number, ChannelAffine>();
  const removed = new Set<number>();
  const coefficients = new Map<number, readonly number[]>();

  const isAbsorbing = (value: Value): boolean => {
    const producer = producers.get(value.id);
    if (producer === undefined || uses.get(value.id) !== 1) return false;
    if (producer.kind === "concat") return producer.inputs.every(isAbsorbing);
    return affines.has(producer.index) || removed.has(producer.index);
  };
  const absorb = (value: Value, affine: ChannelAffine): void => {
    const producer = producers.get(value.id)!;
    if (producer.kind === "concat") {
      let start = 0;
      for (const input of producer.inputs) {
        absorb(input, sliceAffine(affine, start, input.shape[3]!));
        start += input.shape[3]!;
      }
    } else if (removed.has(producer.index)) absorb(producer.inputs[0]!, affine);
    else affines.set(producer.index, composeAffine(affines.get(producer.index)!, affine));
  };
  const absorbCoefficient = (summand: Value, coefficient: number): number => {
    if (coefficient === 1 || !isAbsorbing(summand)) return coefficient;
    const { scale, shift } = identityAffine(summand.shape[3]!);
    absorb(summand, { scale: scale.fill(coefficient), shift });
    return 1;
  };

  for (const value of [...nodes.flatMap((node) => node.inputs), ...outputs]) {
    uses.set(value.id, (uses.get(value.id) ?? 0) + 1);
  }
  const kept = new Set(outputs.map((value) => value.id));
  for (const node of nodes) {
    for (const output of node.outputs) if (!kept.has(output.id)) producers.set(output.id, node);
    switch (node.kind) {
      case "convolution":
      case "depthwise":
      case "pointwise":
        affines.set(node.index, identityAffine(node.outputs[0]!.shape[3]!));
        break;
      case "batchNormInference": {
        const affine = batchNormAffine(node.inputs.slice(1).map(numbers), node.attributes.epsilon);
        if (isAbsorbing(node.inputs[0]!)) {
          absorb(node.inputs[0]!, affine);
          removed.add(node.index);
        } else affines.set(node.index, affine);
        break;
      }
      case "sum":
        coefficients.set(
          node.index,
          node.attributes.coefficients.map((coefficient, k) => absorbCoefficient(node.inputs[k]!, coefficient)),
        );
        break;
      case "weightedSum":
        coefficients.set(
          node.index,
          weightsOf(node, numbers).map((weight, k) => absorbCoefficient(node.inputs[k + 1]!, weight)),
        );
        break;
    }
  }
  return { affines, removed, coefficients };
}

function weightsOf(node: NodeOf<"weightedSum">, numbers: (value: Value) => ArrayLike<number>): number[] {
  const weights = numbers(node.inputs[0]!);
  return node.attributes.entries.map((entry) => weights[entry]!);
}
