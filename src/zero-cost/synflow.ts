/**
 * @file SynFlow (Tanaka et al. 2020, equation 2) as Abdelfattah et al. 2021 take it of a whole network: with |w| for every weight, an image of ones and
 * batch norm bypassed, R is the sum of the logits, and the score the sum of |w dR/d|w||. It looks at no data.
 *
 * What it returns is the logarithm: scores of networks a few layers apart differ by powers of ten. It comes from float32, scaled by powers of two, where
 * the published code takes float64 (see `linear-network.ts`).
 */
import { differentiate } from "../graph/index.ts";
import { linearNetwork } from "./linear-network.ts";
import { scoredWeights, withMovedWeights } from "./scored-weights.ts";
import { SCORED_PASS, type ZeroCostScore } from "./zero-cost-score.ts";

export const synflow: ZeroCostScore = {
  name: "synflow",
  summary: "logarithm of what flows through all weights, taken positive",
  needs: "weights",
  async compile(device, build) {
    const network = build({ ...SCORED_PASS, batch: 1 });
    const { graph, images, logits, exponent } = linearNetwork(network);
    const weights = scoredWeights(network);
    const values = weights.map(({ name, shape }) => graph.persistent(name, shape));
    const gradients = differentiate(graph, logits, values);
    const outputs = Object.fromEntries(gradients.map((gradient, weight) => [String(weight), gradient]));
    const executable = await device.compile({ graph, outputs });
    const ones = new Float32Array(images.shape.reduce((product, extent) => product * extent, 1)).fill(1);
    return {
      peakBytes: executable.peakBytes,
      async score() {
        const computed = await withMovedWeights(device, weights, Math.abs, () => executable.run({ images: ones }));
        let sum = 0;
        for (const [weight, { name }] of weights.entries()) {
          const own = device.read(name);
          const gradient = computed[weight]!;
          for (let index = 0; index < own.length; index++) sum += Math.abs(own[index]! * gradient[index]!);
        }
        return Math.log(sum) + exponent * Math.LN2;
      },
      release: () => executable.release(),
    };
  },
};
