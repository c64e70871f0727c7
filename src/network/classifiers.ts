import type { Value } from "../graph/index.ts";
import type { Layers } from "./layers.ts";
import type { Network, NetworkShape } from "./network.ts";

/** Appends the mean of `features` over all pixels, a linear classifier of it, and one more for each other task of the shape. */
export function buildClassifiers(
  layers: Layers,
  features: Value,
  { classCount, otherTasks }: Pick<NetworkShape, "classCount" | "otherTasks">,
): Pick<Network, "logits" | "otherLogits"> {
  const means = layers.graph.apply("globalMean", [features], {});
  const logits = layers.linear("classifier", means, classCount);
  if (otherTasks === undefined) return { logits };
  return {
    logits,
    otherLogits: otherTasks.map((task) => layers.linear(`classifier.${task.name}`, means, task.classCount)),
  };
}
