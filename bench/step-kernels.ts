/** @file The kernel calls of one training step on one thread, ready to be timed one by one. */
import { type Arithmetic, type Device, defaultArithmetic, type Program } from "../src/device/index.ts";
import { artifactsOf, compileKernels } from "../src/device/wasm/artifacts.ts";
import { type CompiledProgram, compileProgram } from "../src/device/wasm/compile-program.ts";
import { BLOCK_START, SharedMemory } from "../src/device/wasm/shared-memory.ts";
import { threadCalls } from "../src/device/wasm/thread-calls.ts";
import { joinVectorPairs } from "../src/device/wasm/vector-pairs.ts";
import { webAssembly } from "../src/device/wasm/web-assembly.ts";
import { elementCount, type Node } from "../src/graph/index.ts";
import { RandomStream } from "../src/random/index.ts";
import { genotypeStructures, networkBuilder, parseGenotype } from "../src/spaces/darts/index.ts";
import { ArchitectureStep, WeightStep } from "../src/train/index.ts";
import { BENCH_CELLS, benchSpec } from "./step-network.ts";

export interface StepOptions {
  readonly cells: string;
  readonly step: string;
  readonly channels: number;
  readonly layers: number;
  readonly batch: number;
  readonly image: number;
}

export interface StepKernels {
  readonly compiled: CompiledProgram;
  /** Operations that have calls, in the order of the first one. */
  readonly nodes: readonly Node[];
  /** Runs the step once. Milliseconds of the calls of each operation. */
  time(): ReadonlyMap<Node, number>;
}

export async function stepKernels(
  options: StepOptions,
  arithmetic: Arithmetic = defaultArithmetic(),
): Promise<StepKernels> {
  const program = await programOf(options);
  const memory = new SharedMemory();
  const compiled = placed(program, memory);
  joinVectorPairs();
  const module = await compileKernels(artifactsOf(arithmetic));
  const { exports: kernels } = new webAssembly.Instance(module, { env: { memory: memory.memory } });
  const calls = threadCalls(compiled.instructions, compiled.scratch, 0, 1).flatMap(({ index, kernel, args }) => {
    const node = compiled.sources[index] ?? null;
    return kernel === null || node === null ? [] : [{ node, kernel: kernels[kernel]!, args }];
  });
  return {
    compiled,
    nodes: [...new Set(calls.map(({ node }) => node))],
    time() {
      const times = new Map<Node, number>();
      for (const { node, kernel, args } of calls) {
        const start = performance.now();
        kernel(...args);
        const spent = performance.now() - start;
        times.set(node, (times.get(node) ?? 0) + spent);
      }
      return times;
    },
  };
}

/** Takes the program that a step compiles. */
async function programOf({ cells, step, channels, layers, batch, image }: StepOptions): Promise<Program> {
  const programs: Program[] = [];
  const device = {
    async compile(program: Program) {
      programs.push(program);
      return {};
    },
  } as unknown as Device;
  const spec = benchSpec({ channels, layers, image });
  const structures = genotypeStructures(parseGenotype(BENCH_CELLS[cells]!));
  if (step === "architecture")
    await ArchitectureStep.compile(device, networkBuilder(spec, structures), { batch, updatesRunning: false });
  else {
    const options = { batch, momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0, auxiliaryWeight: 0 };
    await WeightStep.compile(device, networkBuilder(spec, structures), { ...options, mixture: true, dropPath: false });
  }
  return programs[0]!;
}

/** Lays the program out in memory, with drawn weights and images. */
function placed(program: Program, memory: SharedMemory): CompiledProgram {
  const places = new Map<string, number>();
  for (const { name, shape } of program.graph.named("persistent")) {
    places.set(name!, memory.allocatePersistent(name!, elementCount(shape)));
  }
  const compiled = compileProgram(program, {
    threads: 1,
    block: BLOCK_START,
    persistent: (name) => places.get(name)!,
  });
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
  return compiled;
}
