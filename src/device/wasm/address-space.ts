/**
 * @file Address space of the process, which may be limited (`ulimit -v`, batch systems) though there is memory enough. V8 ends the process where
 * a thread gets none, so there is a look at what is left before threads are started. Linux alone says it.
 */
import { readFileSync } from "node:fs";
import { IstaNasError } from "../../error.ts";

const GIB = 2 ** 30;

/** What a thread was seen to take on Node 20 to 26, 600 to 850 MiB, rounded up. */
const BYTES_A_THREAD = GIB;

/** For everything beside the threads: the heap of the main thread, onnxruntime, images. */
const REST = GIB;

/** Throws `E_DEVICE_MEMORY` if the process may not have address space for that many more threads. */
export function assertThreadsFit(threads: number, probe: () => AddressSpace = ownAddressSpace): void {
  const { limit, taken } = probe();
  const needed = threads * BYTES_A_THREAD + REST;
  if (limit === null || limit - taken >= needed) return;
  throw addressSpaceError(
    `${gib(needed)} for ${threads} threads beside the ${gib(taken)} that it has`,
    undefined,
    limit,
  );
}

/** The error of a process that may not reserve what it needs. */
export function addressSpaceError(
  needed: string,
  cause?: unknown,
  limit: number | null = ownAddressSpace().limit,
): IstaNasError {
  const may = limit === null ? "none is left" : `it may have ${gib(limit)} (ulimit -v)`;
  return new IstaNasError(`wasm device: address space of the process: ${may}, expected room for ${needed}`, {
    code: "E_DEVICE_MEMORY",
    hint: "start it with ulimit -v unlimited, raise the limit of the container or batch job, or use fewer --threads",
    cause,
  });
}

interface AddressSpace {
  /** Bytes that the process may have; null for no limit, or none that is known. */
  readonly limit: number | null;
  readonly taken: number;
}

function ownAddressSpace(): AddressSpace {
  try {
    const [, soft] = /^Max address space +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    const [, taken] = /^VmSize:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return { limit: soft === undefined ? null : Number(soft), taken: 1024 * Number(taken ?? 0) };
  } catch {
    return { limit: null, taken: 0 };
  }
}

function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
