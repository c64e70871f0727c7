/**
 * @file What a training step takes of memory: as planned, and as the process grows when it runs. `npm run build && npx tsx bench/memory.ts
 * [--threads 2]`. Each row is a process of its own; resident memory is read from /proc before the step is compiled and
 * after it ran twice.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createWasmDevice } from "../src/device/index.ts";
import { RandomStreams } from "../src/random/index.ts";
import { type DartsMacro, genotypeStructures, networkBuilder, parseGenotype } from "../src/spaces/darts/index.ts";
import { initialiseWeights, WeightStep } from "../src/train/index.ts";
import { BENCH_CELLS, benchSpec } from "./step-network.ts";

const { values: flags } = parseArgs({
  options: { threads: { type: "string", default: "2" }, row: { type: "string" }, recompute: { type: "boolean" } },
});

interface Setting {
  readonly name: string;
  readonly channels: number;
  readonly layers: number;
  readonly batch: number;
  /** The published one-stage network: scale and shift, auxiliary head, batch norm after skips. */
  readonly oneStage: boolean;
}

const SETTINGS: readonly Setting[] = [
  { name: "16 channels, 8 cells, batch 64", channels: 16, layers: 8, batch: 64, oneStage: false },
  { name: "36 channels, 8 cells, batch 32", channels: 36, layers: 8, batch: 32, oneStage: false },
  { name: "one-stage: 36 channels, 20 cells, batch 96", channels: 36, layers: 20, batch: 96, oneStage: true },
];

interface Figures {
  readonly planned: number;
  readonly grown: number;
  readonly seconds: readonly number[];
}

function residentBytes(): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(line![1]) * 1024;
}

async function measure({ channels, layers, batch, oneStage }: Setting, recompute: boolean): Promise<Figures> {
  const device = await createWasmDevice({ threads: Number(flags.threads) });
  const small = benchSpec({ channels, layers, image: 32 });
  const spec: DartsMacro = { ...small, affine: oneStage, skipNorm: oneStage, auxiliaryHead: oneStage };
  const structures = genotypeStructures(parseGenotype(BENCH_CELLS["mixed"]!));
  const streams = new RandomStreams(0);
  const draws = streams.stream("images");
  const images = Float32Array.from({ length: batch * 32 * 32 * 3 }, () => draws.normal());
  const labels = Float32Array.from({ length: batch }, () => draws.integer(10));
  const mixture = Array.from({ length: 8 }, () => new Float32Array(2).fill(1));
  const before = residentBytes();
  const step = await WeightStep.compile(device, networkBuilder(spec, structures), {
    ...{ batch, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0.4 },
    ...{ mixture: true, dropPath: false, recompute },
  });
  initialiseWeights(device, step.network, streams);
  const seconds: number[] = [];
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    await step.run({ images, labels }, { learningRate: 0.025, mixture });
    seconds.push((performance.now() - start) / 1000);
  }
  const grown = residentBytes() - before;
  let persistent = 0;
  for (const name of device.names()) persistent += device.read(name).byteLength;
  await device.close();
  return { planned: step.peakBytes + persistent, grown, seconds };
}

if (flags.row !== undefined) {
  console.log(JSON.stringify(await measure(SETTINGS[Number(flags.row)]!, flags.recompute === true)));
} else {
  console.log(`node ${process.version}, ${flags.threads} threads, mixed cells, 32x32; MiB`);
  console.log(
    "| step | cells computed | planned | process grew by | grown / planned | planned an image | seconds, least of 3 |",
  );
  console.log("|---|---|---|---|---|---|---|");
  for (const [row, { name, batch }] of SETTINGS.entries()) {
    for (const recompute of [false, true]) {
      const args = [
        ...process.execArgv,
        fileURLToPath(import.meta.url),
        "--row",
        String(row),
        "--threads",
        flags.threads,
      ];
      const printed = execFileSync(process.execPath, recompute ? [...args, "--recompute"] : args, { encoding: "utf8" });
      const { planned, grown, seconds } = JSON.parse(printed) as Figures;
      const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(bytes < 2 ** 26 ? 2 : 0);
      const cells = [
        name,
        recompute ? "twice" : "once",
        mebibytes(planned),
        mebibytes(grown),
        (grown / planned).toFixed(3),
      ];
      console.log(`| ${[...cells, mebibytes(planned / batch), Math.min(...seconds).toFixed(2)].join(" | ")} |`);
    }
  }
}
