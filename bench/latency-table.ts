/**
 * @file How far the sum over candidates that `--max-milliseconds` goes by is from the whole network, over random architectures of each space: the mean
 * and the largest distance in percent of the least of many calls, and Kendall's tau-b between sums and times. The clock is the time that processors spent
 * on this process, which other processes hardly lengthen; a search goes by the clock on the wall.
 * `npm run build && npx tsx bench/latency-table.ts [--architectures 20] [--image-size 32] [--channels 16]`
 */
import { parseArgs } from "node:util";
import { randomSupports } from "../src/choice/index.ts";
import { createWasmDevice } from "../src/device/index.ts";
import { RandomStreams } from "../src/random/index.ts";
import { measureLatency, timeNetworks } from "../src/run/speed/measure-latency.ts";
import { sizeOf } from "../src/search/index.ts";
import { SPACES } from "../src/spaces/index.ts";
import { kendallTau, mean, median } from "../src/statistics/index.ts";
import { countsOf, runCommand } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { markdownTable } from "./harness/table.ts";

const USAGE = "npx tsx bench/latency-table.ts [--architectures 20] [--image-size 32] [--channels 16]";
/** That the calls of each network are timed for in each pass over all of them: a load that lasts falls on one pass. */
const SECONDS = 0.3;
const PASSES = 3;

/** Of all threads, one of which computes. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

await runCommand(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      architectures: { type: "string", default: "20" },
      "image-size": { type: "string", default: "32" },
      channels: { type: "string", default: "16" },
    },
  });
  const counts = countsOf(values, ["architectures", "image-size", "channels"]);
  const side = counts["image-size"];
  const shape = { imageSize: { height: side, width: side }, imageChannels: 3, classCount: 10 };
  const rows: string[][] = [];
  for (const kind of SPACES) {
    const options = kind.options({});
    const space = kind.create(options);
    const given = { channels: counts.channels };
    const macro = kind.macro({ shape, given, purpose: "training", auxiliaryHead: false }, options);
    const network = (supports: Parameters<typeof space.derive>[0]) => space.superNetwork(macro, supports);
    const device = await createWasmDevice({ threads: 1 });
    const timing = { device, clock: processorSeconds };
    const began = performance.now();
    const latency = await measureLatency({ ...timing, space: { groups: space.groups, network }, machine: "this one" });
    const seconds = (performance.now() - began) / 1000;
    const stream = new RandomStreams(1).stream("bench/latency");
    const drawn = Array.from({ length: counts.architectures }, () => network(randomSupports(space.groups, stream)));
    const sums = drawn.map((build) => sizeOf(build, { latency }).milliseconds!);
    const times = drawn.map(() => Number.POSITIVE_INFINITY);
    for (let pass = 0; pass < PASSES; pass++) {
      for (const [index, build] of drawn.entries()) {
        const [calls] = await timeNetworks(timing, [build], SECONDS);
        times[index] = Math.min(times[index]!, ...calls!);
      }
    }
    await device.close();
    const errors = sums.map((sum, index) => (100 * (sum - times[index]!)) / times[index]!);
    rows.push([
      kind.describe(macro),
      seconds.toFixed(1),
      `${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)}`,
      median(errors).toFixed(1),
      mean(errors.map(Math.abs)).toFixed(1),
      Math.max(...errors.map(Math.abs)).toFixed(1),
      (kendallTau(sums, times) ?? 0).toFixed(2),
    ]);
  }
  const head = ["network", "table, s", "measured, ms", "median error, %", "mean distance, %", "largest, %", "tau-b"];
  console.log(`${machineLine(1)}\n\n${markdownTable(head, rows)}`);
});
