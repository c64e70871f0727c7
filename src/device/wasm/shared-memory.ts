/**
 * @file The one memory that all threads share, and what lies where. Nothing ever moves, so instructions can hold
 * addresses: constants of the kernels and the barrier; persistent values, in the order in which they are made; from
 * 256 MiB on the block that all programs use in turn. Pages that nobody touched cost address space only.
 */
import { IstaNasError } from "../../error.ts";
import { type WasmMemory, webAssembly } from "./web-assembly.ts";

const PAGE = 65536;
const PAGE_LIMIT = 65536;

/** Address of the barrier of all threads, 128 bytes. What lies below belongs to the constants of the kernels. */
export const BARRIER: number = PAGE - 128;

const PERSISTENT_START = PAGE;

/** Address of the block of inputs, activations and working space, and the end of the persistent values. */
export const BLOCK_START: number = 256 * 1024 * 1024;

/** End of the memory of 32-bit addresses. */
const MEMORY_END: number = PAGE * PAGE_LIMIT;

export class SharedMemory {
  readonly memory: WasmMemory;
  #persistentEnd = PERSISTENT_START;

  /** Throws `E_DEVICE_MEMORY` if the process may not reserve 4 GiB of address space. */
  constructor() {
    try {
      this.memory = new webAssembly.Memory({ initial: 16, maximum: PAGE_LIMIT, shared: true });
    } catch (cause) {
      throw new IstaNasError("wasm device: 4 GiB of address space could not be reserved", {
        code: "E_DEVICE_MEMORY",
        hint: "raise the limit of virtual memory (ulimit -v), or that of the container",
        cause,
      });
    }
  }

  /** End of the persistent values so far. */
  get persistentEnd(): number {
    return this.#persistentEnd;
  }

  /** Takes back the persistent values that were made since the end was at `address`, none of which was written. */
  releasePersistent(address: number): void {
    this.#persistentEnd = address;
  }

  /** Room for a persistent value of zeros. Throws `E_DEVICE_MEMORY`. */
  allocatePersistent(name: string, elements: number): number {
    const address = this.#persistentEnd;
    const end = address + persistentBytes(elements);
    assertPersistentFits(name, end - PERSISTENT_START);
    this.#growTo(end, `value ${name}`);
    this.#persistentEnd = end;
    return address;
  }

  /** Makes sure that the block of programs has at least this many bytes. Throws `E_DEVICE_MEMORY`. */
  reserveBlock(bytes: number): void {
    assertBlockFits(bytes);
    this.#growTo(BLOCK_START + bytes, "compile");
  }

  /** A view of floats; good until the memory grows. */
  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  /** A view of bytes; good until the memory grows. */
  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }

  #growTo(end: number, what: string): void {
    const size = this.memory.buffer.byteLength;
    if (end <= size) return;
    try {
      this.memory.grow(Math.ceil((end - size) / PAGE));
    } catch (cause) {
      throw outOfMemory(what, end, size, cause);
    }
  }
}

/** Bytes that a persistent value takes. */
export function persistentBytes(elements: number): number {
  return Math.ceil((elements * 4) / 64) * 64;
}

/** Whether there is room for `bytes` of persistent values, the last of them called `name`. Throws `E_DEVICE_MEMORY`. */
export function assertPersistentFits(name: string, bytes: number): void {
  const room = BLOCK_START - PERSISTENT_START;
  if (bytes > room) throw outOfMemory(`value ${name}`, bytes, room);
}

/** Whether there is room for a block of programs of this size. Throws `E_DEVICE_MEMORY`. */
export function assertBlockFits(bytes: number): void {
  if (BLOCK_START + bytes > MEMORY_END) throw outOfMemory("compile", bytes, MEMORY_END - BLOCK_START);
}

function outOfMemory(what: string, needed: number, available: number, cause?: unknown): IstaNasError {
  return new IstaNasError(`${what}: needs ${needed} bytes of device memory, got room for ${available}`, {
    code: "E_DEVICE_MEMORY",
    hint: "lower --batch or --channels",
    cause,
  });
}
