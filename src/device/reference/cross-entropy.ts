/**
 * @file Cross entropy from log softmax. With targets q and softmax p, the loss of an image is -sum of q_k log p_k and
 * its gradient p - q, both times the weight of its class and divided by the number of images.
 */
import type { CrossEntropyOps } from "../../graph/index.ts";
import type { KernelsOf, Tensor } from "./kernel.ts";

export const crossEntropyKernels: KernelsOf<CrossEntropyOps> = {
  crossEntropy([logits, labels], [output], { labelSmoothing, classWeights }) {
    const [images, classes] = logits!.shape as [number, number];
    let loss = 0;
    for (let n = 0; n < images; n++) {
      const logProbabilities = logSoftmax(logits!, n);
      const weight = classWeights?.[labels!.data[n]!] ?? 1;
      for (let k = 0; k < classes; k++) {
        loss -= weight * target(k === labels!.data[n], classes, labelSmoothing) * logProbabilities[k]!;
      }
    }
    output!.data[0] = loss / images;
  },
  crossEntropyGradient([cotangent, logits, labels], [output], { labelSmoothing, classWeights }) {
    const [images, classes] = logits!.shape as [number, number];
    const scale = cotangent!.data[0]! / images;
    for (let n = 0; n < images; n++) {
      const logProbabilities = logSoftmax(logits!, n);
      const weight = classWeights?.[labels!.data[n]!] ?? 1;
      for (let k = 0; k < classes; k++) {
        const difference = Math.exp(logProbabilities[k]!) - target(k === labels!.data[n], classes, labelSmoothing);
        output!.data[n * classes + k] = scale * weight * difference;
      }
    }
  },
};

function logSoftmax(logits: Tensor, image: number): Float64Array {
  const classes = logits.shape[1]!;
  const row = logits.data.subarray(image * classes, (image + 1) * classes);
  const largest = row.reduce((a, b) => Math.max(a, b));
  const logOfSum = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  return row.map((logit) => logit - largest - logOfSum);
}

function target(isLabel: boolean, classes: number, labelSmoothing: number): number {
  return (isLabel ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
}
