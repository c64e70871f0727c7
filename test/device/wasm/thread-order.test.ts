import { beforeAll, describe, expect, it } from "vitest";
import type { Device, Program } from "../../../src/device/index.ts";
import { artifactsOf, compileKernels } from "../../../src/device/wasm/artifacts.ts";
import { compileProgram } from "../../../src/device/wasm/compile-program.ts";
import { BLOCK_START, SharedMemory } from "../../../src/device/wasm/shared-memory.ts";
import { type ThreadCall, threadCalls } from "../../../src/device/wasm/thread-calls.ts";
import { type WasmFunction, webAssembly } from "../../../src/device/wasm/web-assembly.ts";
import { elementCount } from "../../../src/graph/index.ts";
import { RandomStream } from "../../../src/random/index.ts";
import { genotypeStructures, NAMED_GENOTYPES, networkBuilder } from "../../../src/spaces/darts/index.ts";
import { ArchitectureStep, WeightStep } from "../../../src/train/index.ts";
import { TINY_SPEC as SPEC } from "../../tiny-spec.ts";

const BATCH = 10;
const THREADS = 3;

/** The program that a step hands to its device. */
async function captured(compile: (device: Device) => Promise<unknown>): Promise<Program> {
  const programs: Program[] = [];
  const device = {
    async compile(program: Program) {
      programs.push(program);
      return {};
    },
  };
  await compile(device as unknown as Device);
  return programs[0]!;
}

/** Between two meetings, what each thread does. */
function segments(calls: readonly (readonly ThreadCall[])[]): (readonly ThreadCall[])[][] {
  const parts = calls.map((list) => {
    const split: ThreadCall[][] = [[]];
    for (const call of list) {
      if (call.kernel === null) split.push([]);
      else split.at(-1)!.push(call);
    }
    return split;
  });
  return parts[0]!.map((_, segment) => parts.map((part) => part[segment]!));
}

describe("between two meetings, threads may go in any order", () => {
  let module: Awaited<ReturnType<typeof compileKernels>>;
  const structures = genotypeStructures(NAMED_GENOTYPES.ISTA_twostage);
  const settings = { momentum: 0.9, weightDecay: 3e-4, clipNorm: 5, labelSmoothing: 0.1, auxiliaryWeight: 0 };
  beforeAll(async () => {
    module = await compileKernels(artifactsOf("separate"));
  });

  /** Every persistent value and output after two runs, with the threads' segments in the order that `turns` gives. */
  function resultsOf(program: Program, turns: (segment: number) => readonly number[]): Buffer {
    const memory = new SharedMemory();
    const persistent = program.graph.named("persistent");
    const places = new Map(
      persistent.map(({ name, shape }) => [name!, memory.allocatePersistent(name!, elementCount(shape))]),
    );
    const compiled = compileProgram(program, {
      threads: THREADS,
      block: BLOCK_START,
      persistent: (name) => places.get(name)!,
    });
    memory.reserveBlock(compiled.blockBytes);
    const stream = new RandomStream(3);
    for (const { name, shape } of persistent) {
      const values = memory.floats(places.get(name!)!, elementCount(shape));
      for (const i of values.keys()) values[i] = 1 + 0.3 * stream.normal();
    }
    const { exports: kernels } = new webAssembly.Instance(module, { env: { memory: memory.memory } });
    const calls = Array.from({ length: THREADS }, (_, thread) =>
      threadCalls(compiled.instructions, compiled.scratch + thread * compiled.scratchBytes, thread, THREADS),
    );
    memory.bytes(compiled.tablesAddress, compiled.tables.length).set(compiled.tables);
    for (let run = 0; run < 2; run++) {
      for (const value of program.graph.named("input")) {
        const address = compiled.inputs.get(value.id);
        if (address === undefined) continue;
        const values = memory.floats(address, elementCount(value.shape));
        for (const i of values.keys()) values[i] = value.name === "labels" ? i % 5 : stream.normal();
      }
      for (const [segment, lists] of segments(calls).entries()) {
        for (const thread of turns(segment)) {
          for (const { kernel, args } of lists[thread]!) (kernels[kernel!] as WasmFunction)(...args);
        }
      }
    }
    const read = (address: number, shape: readonly number[]) =>
      Buffer.from(memory.floats(address, elementCount(shape)).slice().buffer);
    return Buffer.concat([
      ...persistent.map(({ name, shape }) => read(places.get(name!)!, shape)),
      ...Object.values(program.outputs).map((value) => read(compiled.address(value), value.shape)),
    ]);
  }

  it.each([
    [
      "weight step",
      (device: Device) =>
        WeightStep.compile(device, networkBuilder(SPEC, structures), {
          batch: BATCH,
          mixture: true,
          dropPath: true,
          ...settings,
        }),
    ],
    [
      "architecture step",
      (device: Device) =>
        ArchitectureStep.compile(device, networkBuilder(SPEC, structures), { batch: BATCH, updatesRunning: true }),
    ],
  ])("in a %s", async (_, compile) => {
    const program = await captured(compile);
    const inOrder = resultsOf(program, () => [0, 1, 2]);
    expect(new Float32Array(inOrder.buffer, inOrder.byteOffset, inOrder.length / 4).every(Number.isFinite)).toBe(true);
    expect(resultsOf(program, () => [2, 1, 0]).equals(inOrder)).toBe(true);
    expect(resultsOf(program, (segment) => (segment % 2 === 0 ? [1, 2, 0] : [0, 2, 1])).equals(inOrder)).toBe(true);
  });
});
