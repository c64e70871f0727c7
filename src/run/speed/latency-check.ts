/** @file The end of a search with `--max-milliseconds`: its whole network is timed, and the sum that the search went by is held against it. */
import { createWasmDevice } from "../../device/index.ts";
import { IstaNasError } from "../../error.ts";
import { sizeOf } from "../../search/index.ts";
import type { SearchSpace } from "../../spaces/index.ts";
import type { RunConfig } from "../../store/index.ts";
import { monotonicSeconds } from "../clock.ts";
import { limitsOfSearch } from "../limits-of-search.ts";
import { type CallTimes, callTimes } from "./call-times.ts";
import { timeNetworks } from "./measure-latency.ts";

/** That the calls of the final network are timed for. */
const SECONDS = 1;

/** Milliseconds of an image of the final network, alone in its batch, on one thread. */
export interface LatencyCheck {
  readonly limit: number;
  /** The sum that the search went by. */
  readonly estimated: number;
  /** Of the whole network; null where it could not be timed. */
  readonly measured: CallTimes | null;
  /** Why not. */
  readonly failure?: string;
}

/** Null for a search without such a limit. */
export async function checkLatency(
  { strategy, training }: RunConfig,
  space: SearchSpace,
  architecture: unknown,
): Promise<LatencyCheck | null> {
  const { maxMilliseconds: limit, latency } = limitsOfSearch(strategy?.options);
  if (limit === undefined || latency === undefined) return null;
  const build = space.derivedNetwork(training.network, architecture);
  const estimated = sizeOf(build, { latency }).milliseconds!;
  try {
    const device = await createWasmDevice({ threads: 1 });
    try {
      const [times] = await timeNetworks({ device, clock: monotonicSeconds }, [build], SECONDS);
      return { limit, estimated, measured: callTimes(times!, 1) };
    } finally {
      await device.close();
    }
  } catch (error) {
    // There may be no room for a device beside the one that trained. The network is trained and written all the same.
    if (!(error instanceof IstaNasError)) throw error;
    return { limit, estimated, measured: null, failure: error.message };
  }
}
