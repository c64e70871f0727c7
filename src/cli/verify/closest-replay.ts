/** @file The replay of a trajectory that rounding did not send another way. */
import type { ParameterSpec } from "../../network/index.ts";
import { RandomStreams } from "../../random/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";

/** Unit of the last place of a float32 relative to its value, at most. */
const ROUNDING = 2 ** -23;
const MOVED_REPLAYS = 16;

/**
 * A ReLU or a maximum at a tie falls to either side by rounding alone, and five steps make two far trajectories of it. So a replay that
 * leaves the golden one is started again from parameters moved within their float32 rounding: a device that computes what PyTorch
 * computes follows it from some of them, one that does not follows it from none. Returns the first ledger without a failure, else that of
 * the unmoved parameters.
 */
export async function closestReplay(
  replay: (start: (spec: ParameterSpec) => Float64Array) => Promise<ErrorLedger>,
  golden: (spec: ParameterSpec) => Float64Array,
): Promise<ErrorLedger> {
  const unmoved = await replay(golden);
  if (unmoved.passed) return unmoved;
  const streams = new RandomStreams(0);
  for (let attempt = 0; attempt < MOVED_REPLAYS; attempt++) {
    const moved = await replay((parameter) => {
      const stream = streams.stream(`verify/${attempt}/${parameter.name}`);
      return golden(parameter).map((value) => value * (1 + ROUNDING * (2 * stream.uniform() - 1)));
    });
    if (moved.passed) return moved;
  }
  return unmoved;
}
