import type { NetworkPass } from "./network.ts";

/** A network in use: running statistics, no auxiliary head, no drop path, plain sums. `batch`: default 1, which will do for counts and names. */
export function inferencePass(batch: number = 1): NetworkPass {
  return { mode: { kind: "inference" }, batch, mixture: false, dropPath: false, auxiliaryHead: false };
}
