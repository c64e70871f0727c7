/** @file The number of trained values: the plainest score, which the others have to beat. */
import { parameterCount } from "../network/index.ts";
import { SCORED_PASS, type ZeroCostScore } from "./zero-cost-score.ts";

export const parameters: ZeroCostScore = {
  name: "parameters",
  summary: "number of parameters",
  needs: "sizes",
  async compile(_, build) {
    const count = parameterCount(build({ ...SCORED_PASS, batch: 1 }).parameters);
    return { peakBytes: 0, score: async () => count, release: () => {} };
  },
};
