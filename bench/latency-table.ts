/**
 * @file How far the sum over candidates that `--max-milliseconds` goes by is from the whole network, over random architectures of each space: the mean
 * and the largest distance in percent of the least of many calls, and Kendall's tau-b between sums and times.
 * `npm run build && npx tsx bench/latency-table.ts [--architectures 20] [--image-size 32] [--channels 16]`
 */
import { parseArgs } from "node:util";
import { randomSupports } from "../src/choice/index.ts";
import { createWasmDevice } from "../src/device/index.ts";
import { RandomStreams } from "../src/random/index.ts";
import { monotonicSeconds } from "../src/run/index.ts";
import { measureLatency, timeNetworks } from "../src/run/speed/measure-latency.ts";
import { sizeOf } from "../src/search/index.ts";
import { SPACES } from "../src/spaces/index.ts";
import { kendallTau, mean, median } from "../src/statistics/index.ts";
import { countsOf, runCommand } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { markdownTable } from "./harness/table.ts";

const USAGE = "npx tsx bench/latency-table.ts [--architectures 20] [--image-size 32] [--channels 16]";
/** That the calls of each network are timed for. */
const SECONDS = 1;

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
    const timing = { device, clock: monotonicSeconds };
    const began = monotonicSeconds();
    const latency = await measureLatency({ ...timing, space: { groups: space.groups, network }, machine: "this one" });
    const seconds = monotonicSeconds() - began;
    const stream = new RandomStreams(1).stream("bench/latency");
    const sums: number[] = [];
    const times: number[] = [];
    for (let count = 0; count < counts.architectures; count++) {
      const build = network(randomSupports(space.groups, stream));
      const [calls] = await timeNetworks(timing, [build], SECONDS);
      sums.push(sizeOf(build, { latency }).milliseconds!);
      times.push(Math.min(...calls!));
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
  process.stdout.write(`${machineLine(1)}\n\n${markdownTable(head, rows)}\n`);
});
