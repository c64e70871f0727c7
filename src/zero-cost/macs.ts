/** @file Multiply-accumulates of one image as a score. */
import { countMacs } from "../network/index.ts";
import { SCORED_PASS, type ZeroCostScore } from "./zero-cost-score.ts";

export const macs: ZeroCostScore = {
  name: "macs",
  summary: "multiply-accumulates of one image",
  needs: "sizes",
  async compile(_, build) {
    const count = countMacs(build({ ...SCORED_PASS, batch: 1 }).graph, 1);
    return { peakBytes: 0, score: async () => count, release: () => {} };
  },
};
