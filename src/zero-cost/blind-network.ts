/**
 * @file Networks whose sum of logits over a batch does not depend on its images at all. Where nothing but sums and means stands between the last batch norms and
 * the classifier, a change of the images moves what the batch norms put out, and not the mean of it over the batch, which alone counts. The gradient by the
 * images is then zero, and what is computed in its place is rounding. So it is in the space of DARTS, whose cells have no ReLU after their sums.
 */
import type { Value } from "../graph/index.ts";
import type { Network } from "../network/index.ts";

/** Of a network in training mode. */
export function isBlind({ graph, logits }: Pick<Network, "graph" | "logits">): boolean {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const seen = new Set<Value>();
  /** Whether all that `value` depends on goes through a batch norm, and then through what treats all images and pixels alike. */
  const endsInNorms = (value: Value): boolean => {
    if (seen.has(value)) return true;
    seen.add(value);
    const node = makers.get(value);
    switch (node?.kind) {
      case "batchNorm":
        return true;
      case "linear":
        return endsInNorms(node.inputs[0]!);
      case "globalMean":
      case "sum":
      case "concat":
        return node.inputs.every(endsInNorms);
      default:
        return false;
    }
  };
  return endsInNorms(logits);
}
