/**
 * @file The one memory that all threads share, and what lies where. Nothing ever moves, so instructions can hold
 * addresses: constants of the kernels and the barrier; persistent values, in the order in which they are made; from
 * 256 MiB on the block that all programs use in turn. Pages that nobody touched cost address space only.
 */
import { IstaNasError } from "../../error.ts";
import { addressSpaceError } from "./address-space.ts";
import { assertWebAssembly, type WasmMemory, webAssembly } from "./web-assembly.ts";

const PAGE = 65536;
const PAGE_LIMIT = 65536;

/** Address of the barrier of all threads, 128 bytes. What lies below belongs to the constants of the kernels. */
export const BARRIER: number = PAGE - 128;

const PERSISTENT_START = PAGE;

/** Address of the block of inputs, activations and working space, and the end of the persistent values. */
export const BLOCK_START: number = 256 * 1024 * 1024;

/** End of the memory of 32-bit addresses. */
const MEMORY_END: number = PAGE * PAGE_LIMIT;

/**
 * The memory of a device that was closed, for the next one: otherwise its address space would be taken until some garbage collection, and
 * a process that may have little of it would get no second device.
 */
let spare: WasmMemory | null = null;

export class SharedMemory {
  readonly memory: WasmMemory;
  #persistentEnd = PERSISTENT_START;
  #isReleased = false;

  /** Throws `E_DEVICE_ENGINE` without WebAssembly, and `E_DEVICE_MEMORY` if the process may not reserve the address space. */
  constructor() {
    this.memory = spare ?? reserve();
    spare = null;
  }

  /** Leaves the memory to the next one, with zeros for its persistent values. No thread may use it any more. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.bytes(0, this.#persistentEnd).fill(0);
    spare = this.memory;
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

function reserve(): WasmMemory {
  assertWebAssembly();
  try {
    return new webAssembly.Memory({ initial: 16, maximum: PAGE_LIMIT, shared: true });
  } catch (cause) {
    throw addressSpaceError("4 GiB, and the room that V8 keeps beside them (up to 10 GiB in all)", cause);
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
