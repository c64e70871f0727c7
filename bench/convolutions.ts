/**
 * @file Times the convolution kernels of the `wasm` device, at batch 64, on one thread, by calling them directly.
 * `npm run build:kernels && npx tsx bench/convolutions.ts [part of a name] [kernels-separate.wasm ...]`. A row gives the milliseconds of one
 * operation, least and median of many runs, and the arithmetic rate at the least time. Several builds are timed in turns: those that
 * are given, or those of both arithmetics.
 */
import { pathToFileURL } from "node:url";
import { availableArithmetics } from "../src/device/index.ts";
import { artifactsOf, compileKernels } from "../src/device/wasm/artifacts.ts";
import { compileProgram } from "../src/device/wasm/compile-program.ts";
import { threadCalls } from "../src/device/wasm/thread-calls.ts";
import { joinVectorPairs } from "../src/device/wasm/vector-pairs.ts";
import { type WasmFunction, webAssembly } from "../src/device/wasm/web-assembly.ts";
import { elementCount, Graph, type OpAttributes, type OpKind, type Shape } from "../src/graph/index.ts";
import { RandomStream } from "../src/random/index.ts";

const IMAGES = 64;
const ROUNDS = 40;
const RUNS_PER_ROUND = 5;
const PAGE = 65536;
const START = 16 * PAGE;
const MEGABYTE = 1 << 20;

interface Case {
  readonly name: string;
  /** Multiplications and additions. */
  readonly operations: number;
  readonly graph: Graph;
}

function caseOf<K extends OpKind>(
  name: string,
  kind: K,
  attributes: OpAttributes[K],
  shapes: readonly Shape[],
  operations: number,
): Case {
  const graph = new Graph();
  const inputs = shapes.map((shape, k) => graph.input(`input ${k}`, shape));
  graph.add(kind, inputs, attributes);
  return { name, operations, graph };
}

function depthwiseCases(extent: number, channels: number, size: number, stride: number, dilation: number): Case[] {
  const attributes = { stride, dilation, relu: true };
  const input = [IMAGES, extent, extent, channels];
  const output = [IMAGES, Math.ceil(extent / stride), Math.ceil(extent / stride), channels];
  const filter = [size, size, channels];
  const operations = 2 * elementCount(output) * size * size;
  const name = `${size}x${size}${dilation > 1 ? ` dilated` : ""}${stride > 1 ? ` /${stride}` : ""} ${extent}x${extent}x${channels}`;
  return [
    caseOf(`depthwise ${name}`, "depthwise", attributes, [input, filter], operations),
    caseOf(`depthwise dx ${name}`, "depthwiseInputGradient", attributes, [output, filter, input], operations),
    caseOf(`depthwise dw ${name}`, "depthwiseFilterGradient", { ...attributes, size }, [output, input], operations),
  ];
}

function pointwiseCases(extent: number, from: number, to: number, stride = 1): Case[] {
  const attributes = { stride, offset: 0, relu: true };
  const input = [IMAGES, extent, extent, from];
  const output = [IMAGES, Math.ceil(extent / stride), Math.ceil(extent / stride), to];
  const operations = 2 * elementCount(output) * from;
  const name = `${from}->${to}${stride > 1 ? ` /${stride}` : ""} ${extent}x${extent}`;
  return [
    caseOf(`pointwise ${name}`, "pointwise", attributes, [input, [from, to]], operations),
    caseOf(`pointwise dx ${name}`, "pointwiseInputGradient", attributes, [output, [from, to], input], operations),
    caseOf(`pointwise dw ${name}`, "pointwiseFilterGradient", attributes, [output, input], operations),
  ];
}

function convolutionCases(extent: number, size: number, from: number, to: number, stride: number): Case[] {
  const padding = size % 2 === 1 ? 1 : 0;
  const attributes = { stride, padding, relu: false };
  const windows = Math.floor((extent + 2 * padding - size) / stride) + 1;
  const input = [IMAGES, extent, extent, from];
  const output = [IMAGES, windows, windows, to];
  const filter = [size, size, from, to];
  const operations = 2 * elementCount(output) * size * size * from;
  const name = `${size}x${size} ${from}->${to}${stride > 1 ? ` /${stride}` : ""} ${extent}x${extent}`;
  const gradient = { ...attributes, size: [size, size] as const };
  return [
    caseOf(`convolution ${name}`, "convolution", attributes, [input, filter], operations),
    ...(from > 3
      ? [caseOf(`convolution dx ${name}`, "convolutionInputGradient", attributes, [output, filter, input], operations)]
      : []),
    caseOf(`convolution dw ${name}`, "convolutionFilterGradient", gradient, [output, input], operations),
  ];
}

const CASES: readonly Case[] = [
  ...(
    [
      [32, 16],
      [16, 32],
      [8, 64],
    ] as const
  ).flatMap(([extent, channels]) => [
    ...depthwiseCases(extent, channels, 3, 1, 1),
    ...depthwiseCases(extent, channels, 3, 1, 2),
    ...depthwiseCases(extent, channels, 5, 1, 1),
    ...depthwiseCases(extent, channels, 5, 1, 2),
    ...pointwiseCases(extent, channels, channels),
    ...pointwiseCases(extent, 4 * channels, channels),
  ]),
  ...depthwiseCases(32, 16, 3, 2, 1),
  ...depthwiseCases(32, 16, 5, 2, 1),
  ...depthwiseCases(32, 16, 5, 2, 2),
  ...depthwiseCases(32, 12, 3, 1, 1),
  ...depthwiseCases(32, 36, 5, 1, 2),
  ...pointwiseCases(32, 36, 36),
  ...pointwiseCases(32, 12, 12),
  ...pointwiseCases(32, 64, 16, 2),
  ...convolutionCases(32, 3, 3, 48, 1),
  ...convolutionCases(32, 3, 1, 24, 1),
  ...convolutionCases(56, 3, 24, 48, 2),
  ...convolutionCases(2, 2, 128, 768, 1),
];

interface Prepared {
  readonly title: string;
  readonly operations: number;
  readonly times: number[];
  run(): void;
}

function prepare(
  { name, operations, graph }: Case,
  build: string,
  kernels: Readonly<Record<string, WasmFunction>>,
): Prepared {
  const outputs = Object.fromEntries(graph.nodes[0]!.outputs.map((value, k) => [`output ${k}`, value]));
  const compiled = compileProgram({ graph, outputs }, { threads: 1, block: START, persistent: () => 0 });
  const calls = threadCalls(compiled.instructions, compiled.scratch, 0, 1).filter(({ kernel }) => kernel !== null);
  return {
    title: `${name} ${build}`,
    operations,
    times: [],
    run() {
      for (const { kernel, args } of calls) kernels[kernel!]!(...args);
    },
  };
}

const wanted = process.argv[2] ?? "";
const files = process.argv.slice(3);
const memory = new webAssembly.Memory({ initial: (512 * MEGABYTE) / PAGE, maximum: 65536, shared: true });
const random = new RandomStream(1);
const floats = new Float32Array(memory.buffer, START, (256 * MEGABYTE) / 4);
for (let i = 0; i < floats.length; i++) floats[i] = i < 65536 ? random.normal() : floats[i - 65521]!;
const own = availableArithmetics().map((arithmetic) => ({ build: arithmetic, artifacts: artifactsOf(arithmetic) }));
const given = files.map((file) => ({
  build: file,
  artifacts: { ...artifactsOf("separate"), kernels: pathToFileURL(file) },
}));
joinVectorPairs();
const builds = await Promise.all(
  (given.length === 0 ? own : given).map(async ({ build, artifacts }) => {
    const module = await compileKernels(artifacts);
    return { build, kernels: new webAssembly.Instance(module, { env: { memory } }).exports };
  }),
);
console.log(`node ${process.version}, ${process.arch}, batch ${IMAGES}, one thread: least ms, median ms, Gflop/s`);
for (const bench of CASES) {
  if (!bench.name.includes(wanted)) continue;
  const prepared = builds.map(({ build, kernels }) => prepare(bench, build, kernels));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { run, times } of prepared) {
      run();
      for (let k = 0; k < RUNS_PER_ROUND; k++) {
        const start = performance.now();
        run();
        times.push(performance.now() - start);
      }
    }
  }
  for (const { title, operations, times } of prepared) {
    times.sort((a, b) => a - b);
    const [least, median] = [times[0]!, times[times.length >> 1]!];
    const rate = operations / least / 1e6;
    console.log(
      `${title.padEnd(44)} ${least.toFixed(3).padStart(8)} ${median.toFixed(3).padStart(8)} ${rate.toFixed(1).padStart(6)}`,
    );
  }
}
