/** @file The time of one operation on any number of threads: of many in one program, so that the start of a run does not count. */
import { defaultArithmetic } from "../src/device/index.ts";
import { artifactsOf } from "../src/device/wasm/artifacts.ts";
import { compileProgram } from "../src/device/wasm/compile-program.ts";
import { BLOCK_START, SharedMemory } from "../src/device/wasm/shared-memory.ts";
import { WorkerPool } from "../src/device/wasm/worker-pool.ts";
import { elementCount, Graph, type Shape, type Value } from "../src/graph/index.ts";
import { RandomStream } from "../src/random/index.ts";

/** Batch of all images. */
export const IMAGES = 64;
const RUNS = 15;
/** Times that an operation occurs in a program, each with results of its own. */
const REPEATS = 8;

export interface TimedOperation {
  /** Shapes of the inputs; one whose first extent is not `IMAGES` is persistent. */
  readonly inputs: readonly Shape[];
  append(graph: Graph, inputs: readonly Value[]): readonly Value[];
}

export interface OperationTime {
  /** Milliseconds. */
  readonly least: number;
  readonly median: number;
}

export async function timeOperation(operation: TimedOperation, threads: number): Promise<OperationTime> {
  const memory = new SharedMemory();
  const pool = await WorkerPool.start(threads, memory, artifactsOf(defaultArithmetic()));
  const graph = new Graph();
  const random = new RandomStream(1);
  const addresses = new Map<string, number>();
  const draw = (address: number, shape: Shape) => {
    const values = memory.floats(address, elementCount(shape));
    for (let i = 0; i < values.length; i++) values[i] = random.uniform() + 0.5;
  };
  const inputs = operation.inputs.map((shape, k) => {
    if (shape[0] === IMAGES) return graph.input(`input ${k}`, shape);
    const address = memory.allocatePersistent(`input ${k}`, elementCount(shape));
    addresses.set(`input ${k}`, address);
    draw(address, shape);
    return graph.persistent(`input ${k}`, shape);
  });
  const results = Array.from({ length: REPEATS }, () => operation.append(graph, inputs)).flat();
  const outputs = Object.fromEntries(results.map((value) => [`${value.id}`, value]));
  const options = { threads, block: BLOCK_START, persistent: (name: string) => addresses.get(name)! };
  const compiled = compileProgram({ graph, outputs }, options);
  memory.reserveBlock(compiled.blockBytes);
  memory.bytes(compiled.tablesAddress, compiled.tables.length).set(compiled.tables);
  for (const [id, address] of compiled.inputs) draw(address, graph.values[id]!.shape);
  pool.load(0, compiled);
  const times: number[] = [];
  for (let run = 0; run < RUNS + 5; run++) {
    const start = performance.now();
    await pool.run(0);
    if (run >= 5) times.push((performance.now() - start) / REPEATS);
  }
  await pool.close();
  times.sort((a, b) => a - b);
  return { least: times[0]!, median: times[times.length >> 1]! };
}
