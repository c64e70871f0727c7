/** @file The one writer of files: they appear whole or not at all, and what was there stays until they do. */
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { clearLeftovers, temporaryPath } from "./temporary-file.ts";

/** A write takes at most 2 GiB at a time. */
const CHUNK = 1 << 26;

/**
 * Writes `content` beside `path` under a temporary name, flushes it, and gives it its name. A link at `path` is replaced, not followed.
 * `like`: a file whose mode and owner it gets; default: what is usual for new files.
 * Throws the system's error; then the temporary file is gone and whatever was at `path` is as it was.
 */
export function writeWholeFile(path: string, content: string | Uint8Array, like?: Stats): void {
  clearLeftovers(dirname(path));
  const temporary = temporaryPath(dirname(path));
  try {
    const descriptor = openSync(temporary, "wx", like === undefined ? 0o666 : like.mode & 0o777);
    try {
      writeAll(descriptor, content);
      if (like !== undefined) copyRights(descriptor, like);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** As `writeWholeFile`, with the content in parts one after the other, and other work going on meanwhile. */
export async function writeWholeFileInParts(path: string, parts: readonly Uint8Array[]): Promise<void> {
  clearLeftovers(dirname(path));
  const temporary = temporaryPath(dirname(path));
  try {
    const file = await open(temporary, "wx");
    try {
      for (const part of parts) {
        for (let at = 0; at < part.length; at += CHUNK) await file.writeFile(part.subarray(at, at + CHUNK));
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes all of `content` to an open file, or to a pipe as fast as its reader takes it. */
export function writeAll(descriptor: number, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written, Math.min(CHUNK, bytes.length - written));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Only its owner and the administrator may give a file away: for others it stays that of who wrote it. */
function copyRights(descriptor: number, { mode, uid, gid }: Stats): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
  }
  fchmodSync(descriptor, mode & 0o777);
}
