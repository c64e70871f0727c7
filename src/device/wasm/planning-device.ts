/**
 * @file A device that plans programs as the `wasm` device would, and never runs them: how much memory a training will take is known before
 * any is taken.
 */
import { IstaNasError } from "../../error.ts";
import { elementCount } from "../../graph/index.ts";
import type { Device, DeviceArray, Executable, Program } from "../device.ts";
import { compileProgram } from "./compile-program.ts";
import { assertBlockFits, assertPersistentFits, BLOCK_START, persistentBytes } from "./shared-memory.ts";
import { threadCount, type WasmDeviceOptions } from "./wasm-device.ts";

/** Compiles with the errors of `createWasmDevice`'s device. `peakBytes` of what it compiles is what the other would give. */
export class PlanningDevice implements Device {
  readonly name = "wasm";
  readonly threads: number;
  readonly #persistent = new Map<string, number>();

  /** Throws `E_DEVICE_THREADS` as `createWasmDevice` does. */
  constructor({ threads }: WasmDeviceOptions) {
    this.threads = threadCount(threads);
  }

  /** Bytes of all persistent values so far. */
  get persistentBytes(): number {
    return [...this.#persistent.values()].reduce((sum, elements) => sum + persistentBytes(elements), 0);
  }

  async compile(program: Program): Promise<Executable> {
    for (const { name, shape } of program.graph.named("persistent")) this.#place(name!, elementCount(shape));
    const { blockBytes } = compileProgram(program, { threads: this.threads, block: BLOCK_START, persistent: () => 0 });
    assertBlockFits(blockBytes);
    return { peakBytes: blockBytes, run: () => Promise.reject(neverRuns("run")), release: () => {} };
  }

  /** Only the number of elements counts. */
  write(name: string, { length }: ArrayLike<number>): void {
    this.#place(name, length);
  }

  shorten(name: string, { length }: ArrayLike<number>): void {
    if (length === 0) this.#persistent.delete(name);
    else this.#persistent.set(name, length);
  }

  read(name: string): DeviceArray {
    throw neverRuns(`read ${name}`);
  }

  names(): readonly string[] {
    return [...this.#persistent.keys()];
  }

  async close(): Promise<void> {
    this.#persistent.clear();
  }

  #place(name: string, elements: number): void {
    if (this.#persistent.has(name)) return;
    this.#persistent.set(name, elements);
    assertPersistentFits(name, this.persistentBytes);
  }
}

function neverRuns(what: string): IstaNasError {
  return new IstaNasError(`internal: ${what}: this device only plans`, { code: "E_DEVICE_PLANS", kind: "internal" });
}
