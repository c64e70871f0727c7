import type { Value } from "../graph/index.ts";
import type { Layers } from "./layers.ts";
import type { Network, NetworkShape } from "./network.ts";

/**
 * Appends the mean of `features` over all pixels, a linear classifier of it, and one more for each other task of the shape. `otherFeatures`: of each of
 * these tasks its own. Default: those of the first.
 */
export function buildClassifiers(
  layers: Layers,
  features: Value,
  { classCount, otherTasks }: Pick<NetworkShape, "classCount" | "otherTasks">,
  otherFeatures?: readonly Value[],
): Pick<Network, "logits" | "otherLogits"> {
  const meansOf = (of: Value) => layers.graph.apply("globalMean", [of], {});
  const means = meansOf(features);
  const logits = layers.linear("classifier", means, classCount);
  if (otherTasks === undefined) return { logits };
  return {
    logits,
    otherLogits: otherTasks.map(({ name, classCount: count }, task) => {
      const own = otherFeatures === undefined ? means : meansOf(otherFeatures[task]!);
      return layers.linear(`classifier.${name}`, own, count);
    }),
  };
}
