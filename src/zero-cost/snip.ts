/**
 * @file SNIP (Lee, Ajanthan and Torr 2019, equation 5): how much the loss of one batch depends on each weight being there, sum |w dL/dw|; of a whole
 * network as Abdelfattah et al. 2021 sum it.
 */
import { gradientScore } from "./gradient-score.ts";
import type { ZeroCostScore } from "./zero-cost-score.ts";

export const snip: ZeroCostScore = gradientScore({
  name: "snip",
  summary: "sum of |w dL/dw|",
  async score(gradients, images, device) {
    const ofWeights = await gradients.run(images);
    let sum = 0;
    for (const [weight, { name }] of gradients.weights.entries()) {
      const values = device.read(name);
      const gradient = ofWeights[weight]!;
      for (let index = 0; index < values.length; index++) sum += Math.abs(values[index]! * gradient[index]!);
    }
    return sum;
  },
});
