/**
 * @file A file opened so that nothing that merely looks like one can hold the program up: a pipe that no one writes to, a device
 * without end, a link that leads back to itself.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { toSystemPath } from "./file-name.ts";

/** Opening a pipe does not wait for a writer; Windows has no such flag and no such pipes. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** Windows has no such flag: there making a link takes rights that programs do not have. */
const NO_LINK = constants.O_NOFOLLOW ?? 0;
/** A read takes at most 2 GiB at a time. */
const CHUNK = 1 << 26;

/** Why a file cannot be read. */
export class UnreadableFile extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "UnreadableFile";
  }
}

/** Whether the last part of a path may be a symbolic link: followed in what a person hands over, refused in what the program wrote itself. */
export type LinkRule = "followed" | "refused";

export class RegularFile {
  /** When it was opened. */
  readonly status: Stats;
  readonly #descriptor: number;

  private constructor(descriptor: number, status: Stats) {
    this.#descriptor = descriptor;
    this.status = status;
  }

  /** Throws `UnreadableFile` with the system's reason, or what there is instead of a file. */
  static open(path: string, links: LinkRule): RegularFile {
    const flags = links === "refused" ? OPEN_FLAGS | NO_LINK : OPEN_FLAGS;
    const descriptor = attempt("opened", () => openSync(toSystemPath(path), flags), links);
    try {
      const status = attempt("opened", () => fstatSync(descriptor));
      if (!status.isFile()) throw new UnreadableFile(`is ${kindOf(status)}, not a file`);
      return new RegularFile(descriptor, status);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  /** Bytes, when it was opened. */
  get size(): number {
    return this.status.size;
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

function attempt<T>(verb: string, work: () => T, links: LinkRule = "followed"): T {
  try {
    return work();
  } catch (cause) {
    const isLink = links === "refused" && (cause as NodeJS.ErrnoException).code === "ELOOP";
    if (isLink) throw new UnreadableFile("is a symbolic link, not a file");
    throw new UnreadableFile(`cannot be ${verb}: ${systemReason(cause)}`);
  }
}

/** `EACCES: permission denied`, without the call and the path that follow in the system's message. */
export function systemReason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return /^E[A-Z0-9]+: [^,\n]+/.exec(message)?.[0] ?? code ?? message;
}
