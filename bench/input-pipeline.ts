/**
 * @file What images cost on their way into training where memory is not for all of them: many small JPEG files are decoded into shards, and read from there by
 * position, augmented, for steps of a network. Each row is a process of its own, whose resident memory is read from /proc.
 * `npm run build && npx tsx bench/input-pipeline.ts [--images 10000,100000] [--side 64] [--steps 20] [--threads 2] [--memory 64] [--folder FOLDER]`
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { loadDataSet, pixelStatistics, TrainingBatches } from "../src/data/index.ts";
import { createWasmDevice } from "../src/device/index.ts";
import { RandomStreams } from "../src/random/index.ts";
import { genotypeStructures, networkBuilder, parseGenotype } from "../src/spaces/darts/index.ts";
import { batchesInOrder, initialiseWeights, Prefetch, WeightStep } from "../src/train/index.ts";
import { countsOf, runCommand } from "./harness/command.ts";
import { machineLine } from "./harness/machine.ts";
import { markdownTable } from "./harness/table.ts";
import { BENCH_CELLS, benchSpec, CLASS_COUNT } from "./step-network.ts";

const USAGE =
  "npx tsx bench/input-pipeline.ts [--images 10000,100000] [--side 64] [--steps 20] [--threads 2] [--memory 64] [--folder FOLDER]";
const BATCH = 64;
const AUGMENTATION = { cropPadding: 8, horizontalFlip: true, cutoutSize: 16 };
/** Batches whose making is timed. */
const BATCHES = 100;
const DRAWN_AT_ONCE = 8;

const { values: flags } = parseArgs({
  options: {
    images: { type: "string", default: "5000" },
    side: { type: "string", default: "64" },
    steps: { type: "string", default: "20" },
    threads: { type: "string", default: "2" },
    /** MiB for images. */
    memory: { type: "string", default: "64" },
    folder: { type: "string" },
    row: { type: "string" },
    cache: { type: "string" },
  },
});

/** What one process says. */
interface Figures {
  readonly loadSeconds: number;
  /** Of the processor. */
  readonly loadCompute: number;
  readonly batchCompute: number;
  readonly slowestBatch: number;
  readonly stepSeconds: number;
  readonly stallShare: number;
  /** Bytes: after loading, after training, and the most at any time. */
  readonly loaded: number;
  readonly trained: number;
  readonly peak: number;
}

/** Seconds of the processor that this process took so far, on all its threads: on a shared machine nearly what an idle one would take. */
function compute(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function resident(field: "VmRSS" | "VmHWM"): number {
  const line = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync("/proc/self/status", "utf8"));
  return Number(line![1]) * 1024;
}

/** Files that are there already are kept. */
async function drawImages(folder: string, count: number, side: number): Promise<void> {
  const isThere = (label: number) => {
    mkdirSync(join(folder, `class${label}`), { recursive: true });
    return new Set(readdirSync(join(folder, `class${label}`)));
  };
  const there = Array.from({ length: CLASS_COUNT }, (_, label) => isThere(label));
  const draw = async (from: number) => {
    for (let image = from; image < count; image += DRAWN_AT_ONCE) {
      const label = image % CLASS_COUNT;
      const name = `${String(image).padStart(7, "0")}.jpg`;
      if (there[label]!.has(name)) continue;
      const stream = new RandomStreams(image).stream("image");
      const [row, column, phase] = [1 + label, 1 + stream.integer(9), stream.integer(256)];
      const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
        const [x, y, channel] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side), i % 3];
        return (phase + row * x + column * y * (channel + 1) + ((image * 2654435761 + i * 40503) >>> 27)) & 255;
      });
      const raw = { height: side, width: side, channels: 3 } as const;
      await sharp(pixels, { raw })
        .jpeg()
        .toFile(join(folder, `class${label}`, name));
    }
  };
  await Promise.all(Array.from({ length: DRAWN_AT_ONCE }, (_, from) => draw(from)));
}

async function measure(folder: string, cacheFolder: string, memory: number): Promise<Figures> {
  const { steps, threads, side } = countsOf(flags, ["steps", "threads", "side"]);
  const [start, computeBefore] = [performance.now(), compute()];
  const options = { seed: 1, imageSize: side, cacheFolder, imageMemory: memory };
  const { train: split } = await loadDataSet(folder, options);
  const loadSeconds = (performance.now() - start) / 1000;
  const loadCompute = compute() - computeBefore;
  const statistics = pixelStatistics(split);
  const loaded = resident("VmRSS");
  const streams = new RandomStreams(1);
  const common = { split, statistics, batchSize: BATCH, augmentation: AUGMENTATION, streams };
  const timed = new TrainingBatches({ ...common, name: "timed" });
  let slowestBatch = 0;
  const computeBetween = compute();
  for (let batch = 0; batch < BATCHES; batch++) {
    const from = performance.now();
    timed.batch(Math.floor(batch / timed.batchCount), batch % timed.batchCount);
    slowestBatch = Math.max(slowestBatch, (performance.now() - from) / 1000);
  }
  const batchCompute = (compute() - computeBetween) / BATCHES;
  const device = await createWasmDevice({ threads });
  const structures = genotypeStructures(parseGenotype(BENCH_CELLS["separable"]!));
  const spec = benchSpec({ channels: 8, layers: 4, image: side });
  const step = await WeightStep.compile(device, networkBuilder(spec, structures), {
    ...{ batch: BATCH, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
    ...{ mixture: false, dropPath: false },
  });
  initialiseWeights(device, step.network, streams);
  const batches = new TrainingBatches({ ...common, name: "train" });
  const clock = () => performance.now() / 1000;
  const order = batchesInOrder([batches], Number.POSITIVE_INFINITY, batches.batchCount);
  const prefetch = new Prefetch(order, clock);
  const run = () => prefetch.step((batch) => step.run(batch, { learningRate: 0.025, mixture: null }));
  await run();
  prefetch.takeStallSeconds();
  const before = clock();
  for (let count = 0; count < steps; count++) await run();
  const seconds = clock() - before;
  const stallShare = prefetch.takeStallSeconds() / seconds;
  const trained = resident("VmRSS");
  await device.close();
  return {
    ...{ loadSeconds, loadCompute, batchCompute, slowestBatch },
    ...{ stepSeconds: seconds / steps, stallShare, loaded, trained, peak: resident("VmHWM") },
  };
}

function figuresOf(row: "shards" | "memory", folder: string, cache: string): Figures {
  const given = (["steps", "threads", "side", "memory"] as const).flatMap((name) => [`--${name}`, flags[name]]);
  const args = ["--row", row, "--folder", folder, "--cache", cache, ...given];
  const printed = execFileSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...args]);
  return JSON.parse(printed.toString()) as Figures;
}

async function main(): Promise<void> {
  const { memory, side, threads } = countsOf(flags, ["memory", "side", "threads"]);
  if (flags.row !== undefined) {
    const bytes = flags.row === "shards" ? memory * 2 ** 20 : Number.MAX_SAFE_INTEGER;
    console.log(JSON.stringify(await measure(flags.folder!, flags.cache!, bytes)));
    return;
  }
  console.log(`${machineLine(threads)}; ${side}x${side} in colour, batches of ${BATCH}, ${memory} MiB for images\n`);
  const rows: string[][] = [];
  for (const text of flags.images.split(",")) {
    const { images } = countsOf({ images: text }, ["images"]);
    const root = flags.folder ?? join(tmpdir(), `ista-nas-input-${process.pid}`);
    const [folder, cache] = [join(root, `images-${images}`), join(root, `cache-${images}`)];
    await drawImages(folder, images, side);
    const turns = [
      ["decoded into shards", "shards"],
      ["from shards", "shards"],
      ["in memory, first read from shards", "memory"],
    ] as const;
    for (const [name, kind] of turns) {
      const figures = figuresOf(kind, folder, cache);
      const mebibytes = [figures.loaded, figures.trained, figures.peak].map((bytes) => (bytes / 2 ** 20).toFixed(0));
      rows.push([
        ...[`${images.toLocaleString("en")} ${name}`, figures.loadSeconds.toFixed(1)],
        ...[(images / figures.loadCompute).toFixed(0), (1000 * figures.batchCompute).toFixed(2)],
        ...[(BATCH / figures.batchCompute).toFixed(0), (1000 * figures.slowestBatch).toFixed(1)],
        ...[(1000 * figures.stepSeconds).toFixed(0), `${(100 * figures.stallShare).toFixed(2)} %`, ...mebibytes],
      ]);
    }
    rmSync(cache, { recursive: true });
    if (flags.folder === undefined) rmSync(root, { recursive: true });
  }
  const head = [
    ...["images", "load, s", "images a core-s", "batch, core-ms", "batch images a core-s", "slowest, ms"],
    ...["step, ms", "waited", "MiB loaded", "MiB trained", "MiB at most"],
  ];
  console.log(markdownTable(head, rows));
}

await runCommand(USAGE, main);
