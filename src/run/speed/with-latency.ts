/** @file `--max-milliseconds`: the table that it is kept by is measured when a run is planned, and is written down with its options. */
import { countOf } from "../../count-of.ts";
import { createWasmDevice } from "../../device/index.ts";
import { IstaNasError } from "../../error.ts";
import type { LatencyTable } from "../../search/index.ts";
import type { SearchSpace } from "../../spaces/index.ts";
import { type RunConfig, thisMachine } from "../../store/index.ts";
import { monotonicSeconds } from "../clock.ts";
import { assertNotStopped } from "../interruption.ts";
import { limitsOfSearch } from "../limits-of-search.ts";
import { note, type RunHost } from "../run-host.ts";
import { searchedSpace } from "../searched-space.ts";
import { latencyRange, measureLatency } from "./measure-latency.ts";

/**
 * The configuration with the table that its limit needs, measured now in networks of the size of the final one; the same configuration without
 * such a limit.
 * @throws E_SEARCH_LIMITS if no architecture can be as fast
 */
export async function withLatency(config: RunConfig, space: SearchSpace, host: RunHost): Promise<RunConfig> {
  const { strategy, training } = config;
  const limits = limitsOfSearch(strategy?.options);
  const { maxMilliseconds } = limits;
  if (strategy === null || maxMilliseconds === undefined) return config;
  const final = searchedSpace(space, training.network);
  const { processor, node } = thisMachine();
  const began = monotonicSeconds();
  const device = await createWasmDevice({ threads: 1 });
  let latency: LatencyTable;
  try {
    const onCall = () => assertNotStopped(host);
    const machine = `${processor}, Node ${node}`;
    latency = await measureLatency({ device, clock: monotonicSeconds, space: final, machine, onCall });
  } finally {
    await device.close();
  }
  const [least, most] = latencyRange(latency, space);
  const range = `${formatMs(least)} to ${formatMs(most)} ms`;
  const candidates = latency.groups.reduce((sum, group) => sum + Object.keys(group).length, 0);
  const seconds = Math.round(monotonicSeconds() - began);
  note(
    host,
    `timed ${countOf(candidates, "candidate")} in ${countOf(seconds, "second")}: architectures take about ${range} an image, on one thread`,
  );
  if (least > maxMilliseconds) {
    throw new IstaNasError(
      `search: --max-milliseconds: got ${maxMilliseconds}, expected more than ${formatMs(least)}, about what the fastest architecture takes on this machine`,
      { code: "E_SEARCH_LIMITS", kind: "usage", hint: "raise the limit, or lower --channels or --cells" },
    );
  }
  const options = { ...(strategy.options as object), limits: { ...limits, latency } };
  return { ...config, strategy: { ...strategy, options } };
}

function formatMs(milliseconds: number): string {
  return milliseconds.toPrecision(3);
}
