/**
 * @file Where the time of one training step goes: every kernel call of a step is timed on one thread, and added up by operation and
 * shape. `npm run build && npx tsx bench/profile-step.ts [--cells mixed] [--step weights|architecture] [--by kind|shape] [--channels 16] [--layers 8]
 * [--batch 64] [--image 32] [--runs 7]`.
 */
import { parseArgs } from "node:util";
import type { Device, Program } from "../src/device/index.ts";
import { ARTIFACTS, compileKernels } from "../src/device/wasm/artifacts.ts";
import { compileProgram } from "../src/device/wasm/compile-program.ts";
import { BLOCK_START, SharedMemory } from "../src/device/wasm/shared-memory.ts";
import { threadCalls } from "../src/device/wasm/thread-calls.ts";
import { webAssembly } from "../src/device/wasm/web-assembly.ts";
import { elementCount, type Node } from "../src/graph/index.ts";
import { genotypeStructures } from "../src/network/index.ts";
import { RandomStream } from "../src/random/index.ts";
import { parseGenotype } from "../src/space/index.ts";
import { ArchitectureStep, WeightStep } from "../src/train/index.ts";
import { BENCH_CELLS, benchSpec } from "./step-network.ts";
import { workOf } from "./work.ts";

const { values: flags } = parseArgs({
  options: {
    cells: { type: "string", default: "mixed" },
    step: { type: "string", default: "weights" },
    by: { type: "string", default: "kind" },
    channels: { type: "string", default: "16" },
    layers: { type: "string", default: "8" },
    batch: { type: "string", default: "64" },
    image: { type: "string", default: "32" },
    runs: { type: "string", default: "7" },
  },
});
const [channels, layers, batch, image, runs] = [flags.channels, flags.layers, flags.batch, flags.image, flags.runs].map(
  Number,
) as [number, number, number, number, number];

/** Takes the program that a step compiles. */
async function programOf(): Promise<Program> {
  const programs: Program[] = [];
  const device = {
    async compile(program: Program) {
      programs.push(program);
      return {};
    },
  } as unknown as Device;
  const spec = benchSpec({ channels, layers, image });
  const structures = genotypeStructures(parseGenotype(BENCH_CELLS[flags.cells]!));
  if (flags.step === "architecture")
    await ArchitectureStep.compile(device, spec, structures, { batch, updatesRunning: false });
  else {
    const options = { batch, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 };
    await WeightStep.compile(device, spec, structures, { ...options, edgeWeights: true, dropPath: false });
  }
  return programs[0]!;
}

const program = await programOf();
const memory = new SharedMemory();
const places = new Map<string, number>();
for (const { name, shape } of program.graph.named("persistent")) {
  places.set(name!, memory.allocatePersistent(name!, elementCount(shape)));
}
const compiled = compileProgram(program, { threads: 1, block: BLOCK_START, persistent: (name) => places.get(name)! });
memory.reserveBlock(compiled.blockBytes);
const random = new RandomStream(1);
for (const { name, shape } of program.graph.named("persistent")) {
  const values = memory.floats(places.get(name!)!, elementCount(shape));
  if (!name!.endsWith("/velocity")) for (let i = 0; i < values.length; i++) values[i] = 0.1 * random.normal();
  if (name!.endsWith("runningVariance")) values.fill(1);
}
for (const [id, address] of compiled.inputs) {
  const value = program.graph.named("input").find((input) => input.id === id)!;
  const values = memory.floats(address, elementCount(value.shape));
  for (let i = 0; i < values.length; i++) values[i] = value.name === "labels" ? i % 10 : random.normal();
}
memory.bytes(compiled.tablesAddress, compiled.tables.length).set(compiled.tables);

const module = await compileKernels(ARTIFACTS);
const { exports: kernels } = new webAssembly.Instance(module, { env: { memory: memory.memory } });

interface Row {
  readonly name: string;
  calls: number;
  macs: number;
  bytes: number;
  readonly ms: number[];
}

function labelOf({ kind, inputs, outputs, attributes }: Node): string {
  if (flags.by === "kind") return kind;
  const shape = (s: readonly number[]) => s.slice(1).join("x");
  const more = Object.entries(attributes as Record<string, unknown>)
    .filter(([, value]) => typeof value === "number")
    .map(([name, value]) => `${name}=${value}`);
  return `${kind} ${inputs
    .filter(({ shape }) => shape.length === 4)
    .map((value) => shape(value.shape))
    .join(",")} -> ${outputs[0] === undefined ? "" : shape(outputs[0].shape)} ${more.join(" ")}`;
}

const calls = threadCalls(compiled.instructions, compiled.scratch, 0, 1);
const nodes = [...new Set(compiled.sources)].filter((node) => node !== null);
const labels = new Map(nodes.map((node) => [node, labelOf(node)]));
const rows = new Map<string, Row>();
const totals: number[] = [];
for (let run = 0; run < runs + 2; run++) {
  const spent = new Map<string, number>();
  let total = 0;
  for (const { index, kernel, args } of calls) {
    const source = compiled.sources[index];
    if (kernel === null || source === null || source === undefined) continue;
    const start = performance.now();
    kernels[kernel]!(...args);
    const ms = performance.now() - start;
    total += ms;
    const name = labels.get(source)!;
    spent.set(name, (spent.get(name) ?? 0) + ms);
  }
  if (run < 2) continue;
  totals.push(total);
  for (const [name, ms] of spent) {
    const row = rows.get(name) ?? { name, calls: 0, macs: 0, bytes: 0, ms: [] };
    rows.set(name, row);
    row.ms.push(ms);
  }
}
for (const node of nodes) {
  const row = rows.get(labels.get(node)!);
  if (row === undefined) continue;
  const { macs, bytes } = workOf(node);
  row.calls++;
  row.macs += macs;
  row.bytes += bytes;
}

const least = (values: readonly number[]) => Math.min(...values);
console.log(
  `node ${process.version}, 1 thread, ${flags.cells}, ${flags.step} step, ${channels} channels, ${layers} cells, batch ${batch}, ${image}x${image}; peak ${(compiled.peakBytes / 2 ** 20).toFixed(0)} MiB`,
);
console.log(
  `all kernels: ${least(totals).toFixed(1)} ms at least, ${compiled.instructions.length} instructions, ${compiled.instructions.filter(({ share }) => share === "barrier").length} barriers`,
);
const all = [...rows.values()].sort((a, b) => least(b.ms) - least(a.ms));
const width = Math.max(...all.map(({ name }) => name.length));
console.log(`${"operation".padEnd(width)} count      ms    share  GFLOP/s     GB/s`);
for (const { name, calls, macs, bytes, ms } of all.slice(0, 60)) {
  const time = least(ms);
  const numbers = [
    String(calls).padStart(5),
    time.toFixed(2).padStart(8),
    `${((100 * time) / least(totals)).toFixed(1)} %`.padStart(8),
    ((2 * macs) / time / 1e6).toFixed(1).padStart(8),
    (bytes / time / 1e6).toFixed(1).padStart(8),
  ];
  console.log(`${name.padEnd(width)} ${numbers.join(" ")}`);
}
