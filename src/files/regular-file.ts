/**
 * @file A file opened so that nothing that merely looks like one can hold the program up: a pipe that no one writes to, a device
 * without end, a link that leads back to itself.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from "node:fs";
import { join } from "node:path";
import { toSystemPath } from "./file-name.ts";

/** Opening a pipe does not wait for a writer; Windows has no such flag and no such pipes. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** Windows has no such flag: there making a link takes rights that programs do not have. */
const NO_LINK = constants.O_NOFOLLOW ?? 0;
/** A read takes at most 2 GiB at a time. */
const CHUNK = 1 << 26;

/** Why a file cannot be read. */
export class UnreadableFile extends Error {
  /** Of the system, such as `ENOENT`; null where the file is there and is nothing to be read. */
  readonly code: string | null;

  constructor(reason: string, code: string | null = null) {
    super(reason);
    this.name = "UnreadableFile";
    this.code = code;
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

  /**
   * A file in `folder`, such as `checkpoints/000001/state.json`: no part of that may be a link, the folder itself may. Throws as `open` does.
   */
  static openInside(folder: string, file: string): RegularFile {
    const opened = RegularFile.open(join(folder, file), "refused");
    try {
      assertNoLinkedFolder(folder, file, opened.status);
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  /** For calls of the system; open until `close`. */
  get descriptor(): number {
    return this.#descriptor;
  }

  /** Bytes, when it was opened. */
  get size(): number {
    return this.status.size;
  }

  /** All bytes; what was added since it was opened is left out. Throws `UnreadableFile`, also for more than `mostBytes` before any is read. */
  read(mostBytes: number = Infinity): Buffer {
    if (this.size > mostBytes) {
      throw new UnreadableFile(`is too large: got ${this.size} bytes, expected at most ${mostBytes}`);
    }
    return this.readAt(0, this.size);
  }

  /** The first `count` bytes, fewer if there are no more. Throws `UnreadableFile`. */
  readStart(count: number): Buffer {
    const bytes = Buffer.alloc(Math.min(count, this.size));
    return bytes.subarray(
      0,
      attempt("read", () => readSync(this.#descriptor, bytes, 0, bytes.length, 0)),
    );
  }

  /** `count` bytes from `position` on, fewer if the file ends before. Throws `UnreadableFile`. */
  readAt(position: number, count: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(count, this.size - position)));
    let length = 0;
    while (length < bytes.length) {
      const wanted = Math.min(CHUNK, bytes.length - length);
      const got = attempt("read", () => readSync(this.#descriptor, bytes, length, wanted, position + length));
      if (got === 0) break;
      length += got;
    }
    return bytes.subarray(0, length);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** After a file was opened: folders that were exchanged meanwhile lead to another file than the one that is open. */
function assertNoLinkedFolder(folder: string, file: string, opened: Stats): void {
  const parts = file.split("/");
  for (let depth = 1; depth < parts.length; depth++) {
    const part = parts.slice(0, depth).join("/");
    const status = attempt("opened", () => lstatSync(toSystemPath(join(folder, part))));
    if (status.isSymbolicLink()) throw new UnreadableFile(`is in ${part}, a symbolic link, not a folder`);
  }
  const now = attempt("opened", () => lstatSync(toSystemPath(join(folder, file))));
  if (now.ino !== opened.ino || now.dev !== opened.dev) throw new UnreadableFile("was exchanged while it was opened");
}

/** What there is, as it stands behind "is". */
export function kindOf(status: Stats): string {
  if (status.isFile()) return "a file";
  if (status.isSymbolicLink()) return "a symbolic link";
  if (status.isDirectory()) return "a folder";
  return status.isFIFO() ? "a pipe" : "a device";
}

function attempt<T>(verb: string, work: () => T, links: LinkRule = "followed"): T {
  try {
    return work();
  } catch (cause) {
    const isLink = links === "refused" && (cause as NodeJS.ErrnoException).code === "ELOOP";
    if (isLink) throw new UnreadableFile("is a symbolic link, not a file");
    throw new UnreadableFile(`cannot be ${verb}: ${systemReason(cause)}`, (cause as NodeJS.ErrnoException).code);
  }
}

/** `EACCES: permission denied`, without the call and the path that follow in the system's message. */
export function systemReason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return /^E[A-Z0-9]+: [^,\n]+/.exec(message)?.[0] ?? code ?? message;
}
