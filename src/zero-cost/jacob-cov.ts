/**
 * @file jacob_cov (Mellor et al. 2020, "Neural architecture search without training", first version): how differently the network answers to small
 * changes of different images. With J the gradient of the sum of all logits by each image and v the eigenvalues of the correlations between the rows of
 * J: -sum(log(v + k) + 1 / (v + k)), k = 1e-5. Networks whose J is zero for any weights have no such score (see `blind-network.ts`).
 */
import { differentiate } from "../graph/index.ts";
import { symmetricEigenvalues } from "../sparse/index.ts";
import { isBlind } from "./blind-network.ts";
import { SCORED_PASS, type ZeroCostScore } from "./zero-cost-score.ts";

const K = 1e-5;

export const jacobCov: ZeroCostScore = {
  name: "jacob-cov",
  summary: "how little the Jacobians of different images correlate",
  needs: "images",
  async compile(device, build, batch) {
    const network = build({ ...SCORED_PASS, batch });
    if (isBlind(network)) return { peakBytes: 0, score: async () => Number.NaN, release: () => {} };
    const { graph, images, logits } = network;
    const [jacobian] = differentiate(graph, logits, [images]);
    const executable = await device.compile({ graph, outputs: { jacobian: jacobian! } });
    return {
      peakBytes: executable.peakBytes,
      async score({ images }) {
        const outputs = await executable.run({ images });
        return correlationScore(outputs["jacobian"]!, batch);
      },
      release: () => executable.release(),
    };
  },
};

/** `rows`: `[count, ...]`, one of at least one entry an image. NaN where a row is constant: it correlates with nothing. */
export function correlationScore(rows: ArrayLike<number>, count: number): number {
  const length = rows.length / count;
  const standard = new Float64Array(rows.length);
  for (let row = 0; row < count; row++) {
    let mean = 0;
    for (let at = row * length; at < (row + 1) * length; at++) mean += rows[at]! / length;
    let squares = 0;
    for (let at = row * length; at < (row + 1) * length; at++) squares += (rows[at]! - mean) ** 2;
    for (let at = row * length; at < (row + 1) * length; at++) standard[at] = (rows[at]! - mean) / Math.sqrt(squares);
  }
  if (standard.some((value) => !Number.isFinite(value))) return Number.NaN;
  const correlations = new Float64Array(count * count);
  for (let row = 0; row < count; row++) {
    for (let other = 0; other <= row; other++) {
      let product = 0;
      for (let at = 0; at < length; at++) product += standard[row * length + at]! * standard[other * length + at]!;
      correlations[row * count + other] = product;
      correlations[other * count + row] = product;
    }
  }
  // Rounding takes eigenvalues that are zero a little below it.
  return -symmetricEigenvalues(correlations, count).reduce((sum, value) => {
    const shifted = Math.max(0, value) + K;
    return sum + Math.log(shifted) + 1 / shifted;
  }, 0);
}
