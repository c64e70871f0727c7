/**
 * One training step (forward, backward, clip, SGD) of the sparse super-net, this engine against PyTorch on the CPU, alternating
 * in one run. PyTorch's side is a script that prints one JSON line per call, given by --reference.
 *
 *   npm run build && npx tsx bench/step-against-pytorch.ts --reference PATH/bench_step.py [--python /usr/bin/python3]
 *     [--cells mixed,separable] [--channels 16] [--layers 8] [--batch 64] [--image 32] [--threads 2] [--steps 8] [--rounds 3]
 */
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { createWasmDevice } from "../src/device/index.ts";
import { type CellStructures, genotypeStructures, parameterCount } from "../src/network/index.ts";
import { RandomStreams } from "../src/random/index.ts";
import { parseGenotype } from "../src/space/index.ts";
import { initialiseWeights, WeightStep } from "../src/train/index.ts";
import { BENCH_CELLS, benchSpec } from "./step-network.ts";

const { values: flags } = parseArgs({
  options: {
    reference: { type: "string" },
    python: { type: "string", default: "/usr/bin/python3" },
    cells: { type: "string", default: "mixed,separable" },
    channels: { type: "string", default: "16" },
    layers: { type: "string", default: "8" },
    batch: { type: "string", default: "64" },
    image: { type: "string", default: "32" },
    threads: { type: "string", default: "2" },
    steps: { type: "string", default: "8" },
    rounds: { type: "string", default: "3" },
  },
});
const [channels, layers, batch, image, threads, steps, rounds] = [
  flags.channels,
  flags.layers,
  flags.batch,
  flags.image,
  flags.threads,
  flags.steps,
  flags.rounds,
].map(Number) as [number, number, number, number, number, number, number];

interface Timing {
  readonly min: number;
  readonly median: number;
}

function summarise(seconds: readonly number[]): Timing {
  const sorted = [...seconds].sort((a, b) => a - b);
  return { min: sorted[0]!, median: sorted[Math.floor(sorted.length / 2)]! };
}

async function ours(structures: CellStructures): Promise<Timing & { parameters: number; bytes: number }> {
  const spec = benchSpec({ channels, layers, image });
  const device = await createWasmDevice({ threads });
  const step = await WeightStep.compile(device, spec, structures, {
    ...{ batch, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 },
    edgeWeights: true,
    dropPath: false,
  });
  const streams = new RandomStreams(0);
  initialiseWeights(device, step.network, streams);
  const draws = streams.stream("images");
  const images = Float32Array.from({ length: batch * image * image * 3 }, () => draws.normal());
  const labels = Float32Array.from({ length: batch }, () => draws.integer(10));
  const edgeWeights = { normal: new Float32Array(8).fill(1), reduce: new Float32Array(8).fill(1) };
  const seconds: number[] = [];
  for (let k = 0; k < steps + 2; k++) {
    const start = performance.now();
    await step.run({ images, labels }, { learningRate: 0.025, edgeWeights });
    if (k >= 2) seconds.push((performance.now() - start) / 1000);
  }
  await device.close();
  return { ...summarise(seconds), parameters: parameterCount(step.network.parameters), bytes: step.peakBytes };
}

function theirs(cells: string): Timing & { format: string; parameters: number } {
  const args = [flags.reference!, "--cells", cells];
  for (const [name, value] of Object.entries({ channels, layers, batch, image, threads, steps })) {
    args.push(`--${name}`, String(value));
  }
  const line = execFileSync(flags.python, args, { encoding: "utf8" });
  const printed = JSON.parse(line) as Record<"nchw" | "nhwc", { min_s: number; median_s: number }> & {
    parameters: number;
  };
  const format = printed.nchw.min_s < printed.nhwc.min_s ? "nchw" : "nhwc";
  return { min: printed[format].min_s, median: printed[format].median_s, format, parameters: printed.parameters };
}

console.log(
  `node ${process.version}, ${threads} threads, ${channels} channels, ${layers} cells, batch ${batch}, ${image}x${image}`,
);
for (const cells of flags.cells.split(",")) {
  const structures = genotypeStructures(parseGenotype(BENCH_CELLS[cells]!));
  const [mine, other] = [[] as Timing[], [] as Timing[]];
  for (let round = 0; round < rounds; round++) {
    const own = await ours(structures);
    mine.push(own);
    const text = `${cells} round ${round + 1}: ours min ${own.min.toFixed(4)} s, median ${own.median.toFixed(4)} s`;
    if (flags.reference === undefined) {
      console.log(`${text} (${own.parameters} parameters, ${(own.bytes / 2 ** 20).toFixed(0)} MiB)`);
      continue;
    }
    const reference = theirs(cells);
    other.push(reference);
    console.log(
      `${text}; PyTorch ${reference.format} min ${reference.min.toFixed(4)} s, median ${reference.median.toFixed(4)} s`,
    );
    if (reference.parameters !== own.parameters) {
      throw new Error(`parameters: ours ${own.parameters}, theirs ${reference.parameters}`);
    }
  }
  if (other.length === 0) continue;
  const best = (list: readonly Timing[], key: keyof Timing) => Math.min(...list.map((timing) => timing[key]));
  const ratio = (key: keyof Timing) => (best(other, key) / best(mine, key)).toFixed(2);
  console.log(
    `${cells}: PyTorch / ours = ${ratio("min")} by minimum, ${ratio("median")} by median (above 1: ours is faster)`,
  );
}
