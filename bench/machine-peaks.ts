/**
 * @file The peaks of this machine on one thread inside WebAssembly: multiplying and adding with single vectors and with joined pairs, and bandwidth of
 * memory and of the second cache. `peaks.ts` is compiled with the options of the kernels of an arithmetic, in memory.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { type Arithmetic, assertArithmetic } from "../src/device/wasm/arithmetic.ts";
import { canJoinVectorPairs, joinVectorPairs } from "../src/device/wasm/vector-pairs.ts";
import { type WasmFunction, webAssembly } from "../src/device/wasm/web-assembly.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGE = 65536;
/** Where the vectors of the arithmetic lie. */
const VECTORS = PAGE;
const BLOCK = 2 * PAGE;
/** Well over the last cache. */
const MEMORY_BYTES = 256 << 20;
/** Over the first cache, within the second. */
const CACHE_BYTES = 256 << 10;
const ROUNDS = 20_000;
/** A step of `peaks.ts`: twelve chains, a multiplication and an addition of each of four lanes. */
const SINGLE_FLOPS = 12 * 2 * 4;

export interface Bandwidth {
  /** Gigabytes read a second. */
  readonly read: number;
  /** Gigabytes read and written a second, together. */
  readonly copy: number;
}

export interface MachinePeaks {
  /** GFLOP/s of 128-bit vectors. */
  readonly single: number;
  /** GFLOP/s of joined pairs; null where the engine joins none. */
  readonly pairs: number | null;
  readonly memory: Bandwidth;
  readonly cache: Bandwidth;
}

export async function machinePeaks(arithmetic: Arithmetic): Promise<MachinePeaks> {
  assertArithmetic(arithmetic);
  joinVectorPairs();
  const module = new webAssembly.Module(await compilePeaks(arithmetic));
  const pages = (BLOCK + MEMORY_BYTES) / PAGE;
  const memory = new webAssembly.Memory({ initial: pages, maximum: PAGE, shared: true });
  const { exports } = new webAssembly.Instance(module, { env: { memory } });
  new Float32Array(memory.buffer).fill(0.5);
  const rate = (kernel: string, flops: number) =>
    (flops * ROUNDS) / leastMilliseconds(exports[kernel]!, [VECTORS, ROUNDS]) / 1e6;
  const bandwidth = (bytes: number): Bandwidth => ({
    read: bytes / leastMilliseconds(exports["read"]!, [VECTORS, BLOCK, bytes]) / 1e6,
    copy: bytes / leastMilliseconds(exports["copy"]!, [BLOCK + bytes / 2, BLOCK, bytes / 2]) / 1e6,
  });
  return {
    single: rate("multiplyAddSingle", SINGLE_FLOPS),
    pairs: canJoinVectorPairs() ? rate("multiplyAddPairs", 2 * SINGLE_FLOPS) : null,
    // First the small block: it also gives the engine time to optimise the loops.
    cache: bandwidth(CACHE_BYTES),
    memory: bandwidth(MEMORY_BYTES),
  };
}

async function compilePeaks(arithmetic: Arithmetic): Promise<Uint8Array> {
  let binary: Uint8Array | null = null;
  const options = ["--config", "kernels/asconfig.json", "--target", arithmetic, "--outFile", "peaks.wasm"];
  const { error, stderr } = await asc.main(["bench/peaks.ts", "--baseDir", ROOT, ...options], {
    readFile: (name, folder) => readFile(resolve(folder, name), "utf8").catch(() => null),
    writeFile(_name, contents) {
      if (typeof contents !== "string") binary = contents;
    },
  });
  if (error !== null || binary === null) throw new Error(`bench/peaks.ts does not compile: ${stderr.toString()}`);
  return binary;
}

/** The least time of one call, of calls during at least half a second. */
function leastMilliseconds(kernel: WasmFunction, args: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  const end = performance.now() + 500;
  for (let calls = 0; calls < 20 || performance.now() < end; calls++) {
    const start = performance.now();
    kernel(...args);
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
