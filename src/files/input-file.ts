/** @file What a person hands over to be read: a file, or what comes through a pipe, as from `<(command)` and on standard input. */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { RegularFile, systemReason, UnreadableFile } from "./regular-file.ts";

const CHUNK = 1 << 16;
const PAUSE_MILLISECONDS = 10;

/**
 * All bytes of the file, pipe or terminal at `path`, or of standard input for `-`. Waits for a pipe until its other end is closed: files that the
 * program wrote itself are opened as `RegularFile`. Throws `UnreadableFile`, also for more than `mostBytes`.
 */
export function readInputFile(path: string, mostBytes: number): Buffer {
  if (path !== "-") {
    const status = attempt(() => statSync(path));
    if (status.isFile() || status.isDirectory()) return readRegular(path, mostBytes);
  }
  const descriptor = path === "-" ? 0 : attempt(() => openSync(path, "r"));
  try {
    if (attempt(() => fstatSync(descriptor)).isDirectory()) throw new UnreadableFile("is a folder, not a file");
    return readToEnd(descriptor, mostBytes);
  } finally {
    if (descriptor !== 0) closeSync(descriptor);
  }
}

function readRegular(path: string, mostBytes: number): Buffer {
  const file = RegularFile.open(path, "followed");
  try {
    return file.read(mostBytes);
  } finally {
    file.close();
  }
}

function readToEnd(descriptor: number, mostBytes: number): Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const got = attempt(() => readWaiting(descriptor, chunk));
    if (got === 0) return Buffer.concat(chunks);
    length += got;
    if (length > mostBytes) throw new UnreadableFile(`is too large: got more than ${mostBytes} bytes`);
    chunks.push(chunk.subarray(0, got));
  }
}

/** Standard input may be set not to wait: then there is nothing for now. */
function readWaiting(descriptor: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, chunk);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MILLISECONDS);
    }
  }
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new UnreadableFile(`cannot be read: ${systemReason(cause)}`, (cause as NodeJS.ErrnoException).code);
  }
}
