/** @file The device that trains: kernels in WebAssembly on threads that share one memory. */
import { availableParallelism } from "node:os";
import { IstaNasError } from "../../error.ts";
import { elementCount } from "../../graph/index.ts";
import type { Device, DeviceArray, Executable, Program } from "../device.ts";
import { assertThreadsFit } from "./address-space.ts";
import { type Arithmetic, assertArithmetic } from "./arithmetic.ts";
import { artifactsOf, compileKernels } from "./artifacts.ts";
import { compileProgram } from "./compile-program.ts";
import { GROUP_LIMIT } from "./instruction.ts";
import { BLOCK_START, SharedMemory } from "./shared-memory.ts";
import { joinVectorPairs } from "./vector-pairs.ts";
import { WasmExecutable } from "./wasm-executable.ts";
import { assertWebAssembly } from "./web-assembly.ts";
import { WorkerPool } from "./worker-pool.ts";

export interface WasmDeviceOptions {
  /** Compute threads, 1 to 32; `auto`: one for each core, at most 32. The results have the same bits for any number. */
  readonly threads: number | "auto";
  /** How products are added, `fused` or `separate`: results of one have other bits than those of the other. Default: `separate`, which every machine has. */
  readonly arithmetic?: Arithmetic;
}

/**
 * A device of SIMD kernels in float32 on threads. Throws `E_DEVICE_THREADS` for a number of threads that is not 1 to
 * 32, `E_DEVICE_ENGINE` where there is no WebAssembly, `E_DEVICE_ARITHMETIC` for one that this machine does not have, `E_DEVICE_BUILD` if the built files are missing or damaged, and `E_DEVICE_MEMORY` if address space
 * cannot be reserved.
 * Channels of images must be multiples of 4, but for pictures that go into a dense convolution (`E_DEVICE_CHANNELS`).
 * Once a thread has died, everything that needs it throws `E_DEVICE_WORKER`. While a run is in progress, another one,
 * `read` and `write` throw `E_DEVICE_BUSY`.
 */
export async function createWasmDevice({ threads, arithmetic = "separate" }: WasmDeviceOptions): Promise<Device> {
  const count = threadCount(threads);
  const memory = new SharedMemory();
  try {
    assertThreadsFit(count);
    assertWebAssembly();
    assertArithmetic(arithmetic);
    joinVectorPairs();
    return new WasmDevice(count, memory, await WorkerPool.start(count, memory, artifactsOf(arithmetic)));
  } catch (error) {
    memory.release();
    throw error;
  }
}

/**
 * Throws what `createWasmDevice` would throw for want of WebAssembly, of an arithmetic, of a whole build, of address space, or for a wrong number of threads, before
 * there is any work to be lost. The memory is kept for the first device.
 */
export async function assertWasmDevice({ threads, arithmetic = "separate" }: WasmDeviceOptions): Promise<void> {
  const count = threadCount(threads);
  assertWebAssembly();
  assertArithmetic(arithmetic);
  await compileKernels(artifactsOf(arithmetic));
  const memory = new SharedMemory();
  memory.release();
  assertThreadsFit(count);
}

/** Compute threads that an option means. Throws `E_DEVICE_THREADS`. */
export function threadCount(threads: number | "auto"): number {
  const count = threads === "auto" ? Math.min(GROUP_LIMIT, availableParallelism()) : threads;
  if (Number.isInteger(count) && count >= 1 && count <= GROUP_LIMIT) return count;
  throw new IstaNasError(`wasm device, threads: got ${count}, expected an integer from 1 to ${GROUP_LIMIT}, or auto`, {
    code: "E_DEVICE_THREADS",
    kind: "usage",
  });
}

interface PersistentPlace {
  readonly address: number;
  readonly length: number;
}

class WasmDevice implements Device {
  readonly name = "wasm";
  readonly threads: number;
  readonly #memory: SharedMemory;
  readonly #pool: WorkerPool;
  readonly #persistent = new Map<string, PersistentPlace>();
  readonly #executables = new Set<Executable>();
  #nextId = 0;
  #isClosed = false;

  constructor(threads: number, memory: SharedMemory, pool: WorkerPool) {
    this.threads = threads;
    this.#memory = memory;
    this.#pool = pool;
  }

  async compile(program: Program): Promise<Executable> {
    this.#checkOpen("compile");
    const persistent = program.graph.named("persistent");
    for (const { name, shape } of persistent) this.#checkLength(name!, elementCount(shape));
    const known = [...this.#persistent.keys()];
    const end = this.#memory.persistentEnd;
    try {
      for (const { name, shape } of persistent) this.#place(name!, elementCount(shape));
      return this.#load(program);
    } catch (cause) {
      for (const name of [...this.#persistent.keys()].slice(known.length)) this.#persistent.delete(name);
      this.#memory.releasePersistent(end);
      throw cause;
    }
  }

  write(name: string, values: ArrayLike<number>): void {
    this.#checkOpen(`write ${name}`);
    this.#pool.checkIdle(`write ${name}`);
    this.#checkLength(name, values.length);
    const { address, length } = this.#place(name, values.length);
    this.#memory.floats(address, length).set(values);
  }

  shorten(name: string, values: ArrayLike<number>): void {
    this.#checkOpen(`shorten ${name}`);
    this.#pool.checkIdle(`shorten ${name}`);
    const { address, length } = this.#placeOf(name, "shorten");
    if (values.length > length) throw wrongLength(name, values.length, `at most ${length}`);
    if (values.length === 0) this.#persistent.delete(name);
    else this.#persistent.set(name, { address, length: values.length });
    this.#memory.floats(address, length).fill(0);
    this.#memory.floats(address, values.length).set(values);
  }

  read(name: string): DeviceArray {
    const place = this.#placeOf(name, "read");
    this.#pool.checkIdle(`read ${name}`);
    return new Float32Array(this.#memory.floats(place.address, place.length));
  }

  names(): readonly string[] {
    return [...this.#persistent.keys()];
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const executable of [...this.#executables]) executable.release();
    this.#persistent.clear();
    await this.#pool.close();
    this.#memory.release();
  }

  #load(program: Program): Executable {
    const persistent = (name: string) => this.#persistent.get(name)!.address;
    const compiled = compileProgram(program, { threads: this.threads, block: BLOCK_START, persistent });
    this.#memory.reserveBlock(compiled.blockBytes);
    const id = this.#nextId++;
    this.#pool.load(id, compiled);
    const executable = new WasmExecutable(program, compiled, {
      memory: this.#memory,
      pool: this.#pool,
      id,
      onRelease: () => this.#executables.delete(executable),
    });
    this.#executables.add(executable);
    return executable;
  }

  #place(name: string, length: number): PersistentPlace {
    const known = this.#persistent.get(name);
    if (known !== undefined) return known;
    const place = { address: this.#memory.allocatePersistent(name, length), length };
    this.#persistent.set(name, place);
    return place;
  }

  #placeOf(name: string, what: string): PersistentPlace {
    const place = this.#persistent.get(name);
    if (place !== undefined) return place;
    throw new IstaNasError(`internal: ${what} ${name}: the device has no persistent value of that name`, {
      code: "E_DEVICE_UNKNOWN_VALUE",
      kind: "internal",
    });
  }

  #checkLength(name: string, length: number): void {
    const known = this.#persistent.get(name)?.length ?? length;
    if (known !== length) throw wrongLength(name, length, `${known} as before`);
  }

  #checkOpen(what: string): void {
    if (!this.#isClosed) return;
    throw new IstaNasError(`internal: ${what}: the device was closed`, { code: "E_DEVICE_CLOSED", kind: "internal" });
  }
}

function wrongLength(name: string, got: number, expected: string): IstaNasError {
  return new IstaNasError(`internal: value ${name}: got ${got} elements, expected ${expected}`, {
    code: "E_DEVICE_SHAPE",
    kind: "internal",
  });
}
