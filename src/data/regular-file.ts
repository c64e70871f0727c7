/**
 * @file A file opened so that nothing that merely looks like one can hold the program up: a pipe that no one writes to, a device
 * without end, a link that leads back to itself.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { toSystemPath } from "./file-name.ts";

/** Opening a pipe does not wait for a writer; Windows has no such flag and no such pipes. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** A read takes at most 2 GiB at a time. */
const CHUNK = 1 << 26;

/** Why a file cannot be read. */
export class UnreadableFile extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "UnreadableFile";
  }
}

export class RegularFile {
  /** Bytes, when it was opened. */
  readonly size: number;
  readonly #descriptor: number;

  private constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor;
    this.size = size;
  }

  /** Throws `UnreadableFile` with the system's reason, or what there is instead of a file. */
  static open(path: string): RegularFile {
    const descriptor = attempt("opened", () => openSync(toSystemPath(path), OPEN_FLAGS));
    try {
      const status = attempt("opened", () => fstatSync(descriptor));
      if (!status.isFile()) throw new UnreadableFile(`is ${kindOf(status)}, not a file`);
      return new RegularFile(descriptor, status.size);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** All bytes; what was added since it was opened is left out. Throws `UnreadableFile`. */
  read(): Uint8Array {
    const bytes = Buffer.allocUnsafeSlow(this.size);
    let length = 0;
    while (length < this.size) {
      const wanted = Math.min(CHUNK, this.size - length);
      const got = attempt("read", () => readSync(this.#descriptor, bytes, length, wanted, length));
      if (got === 0) break;
      length += got;
    }
    return bytes.subarray(0, length);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function kindOf(status: Stats): string {
  if (status.isDirectory()) return "a folder";
  return status.isFIFO() ? "a pipe" : "a device";
}

function attempt<T>(verb: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new UnreadableFile(`cannot be ${verb}: ${systemReason(cause)}`);
  }
}

/** `EACCES: permission denied`, without the call and the path that follow in the system's message. */
export function systemReason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return /^E[A-Z0-9]+: [^,\n]+/.exec(message)?.[0] ?? code ?? message;
}
