/**
 * @file A program as plain data for whoever has the kernels of inference and no device: one thread, a memory of its own, one flat list of
 * calls. It depends on the program alone, not on the machine.
 */
import { elementCount, liveNodes, type Value } from "../../graph/index.ts";
import type { Program } from "../device.ts";
import { compileProgram } from "./compile-program.ts";
import { persistentBytes } from "./shared-memory.ts";
import { threadCalls } from "./thread-calls.ts";

/** Below lie the constants of the kernels. */
const START = 65536;

/** In bytes. */
export interface MemoryPlace {
  readonly address: number;
  readonly bytes: number;
}

interface KernelCall {
  readonly kernel: string;
  readonly args: readonly number[];
}

export interface KernelProgram {
  readonly calls: readonly KernelCall[];
  readonly memoryBytes: number;
  /** All persistent values that an output depends on. */
  readonly persistent: MemoryPlace;
  /** Address of each of them by name. */
  readonly persistentAddresses: ReadonlyMap<string, number>;
  /** Constants that lie there before the first run and stay. */
  readonly tables: MemoryPlace & { readonly content: Uint8Array };
  /** By name, those alone that an output depends on. */
  readonly inputs: Readonly<Record<string, MemoryPlace>>;
  readonly outputs: Readonly<Record<string, MemoryPlace>>;
}

export function kernelProgram(program: Program): KernelProgram {
  const { graph, outputs } = program;
  const read = new Set(liveNodes(graph, Object.values(outputs)).flatMap(({ inputs }) => inputs.map(({ id }) => id)));
  const addresses = new Map<string, number>();
  let block = START;
  for (const value of graph.named("persistent")) {
    if (!read.has(value.id)) continue;
    addresses.set(value.name!, block);
    block += persistentBytes(elementCount(value.shape));
  }
  const { instructions, scratch, blockBytes, tables, tablesAddress, inputs, address } = compileProgram(program, {
    threads: 1,
    block,
    joinsVectorPairs: false,
    persistent: (name) => addresses.get(name)!,
  });
  const calls = threadCalls(instructions, scratch, 0, 1);
  return {
    calls: calls.flatMap(({ kernel, args }) => (kernel === null ? [] : { kernel, args })),
    memoryBytes: block + blockBytes,
    persistent: { address: START, bytes: block - START },
    persistentAddresses: addresses,
    tables: { address: tablesAddress, bytes: tables.length, content: tables },
    inputs: Object.fromEntries(
      graph.named("input").flatMap((value) => {
        const place = inputs.get(value.id);
        return place === undefined ? [] : [[value.name!, placeOf(value, place)]];
      }),
    ),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, placeOf(value, address(value))])),
  };
}

function placeOf({ shape }: Value, address: number): MemoryPlace {
  return { address, bytes: 4 * elementCount(shape) };
}
