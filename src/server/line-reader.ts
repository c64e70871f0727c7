/**
 * @file Reads a file that others append to, whole lines at a time. A file that became shorter, or no longer has a line's end where one was, was
 * cut, as resuming does: then the reader has to begin again.
 */
import { closeSync, fstatSync, readSync } from "node:fs";
import { RegularFile } from "../files/index.ts";

/** The byte of a line feed. */
export const LINE_END = 10;
/** What tells the kinds of events apart is no farther than this from the beginning of a journal's line. */
export const LINE_HEAD_BYTES = 160;

export interface ReadLines {
  readonly bytes: Buffer;
  /** Byte after the last whole line. */
  readonly next: number;
  /** Whether more is there already. */
  readonly hasMore: boolean;
}

/** Whole lines from byte `offset` on, of about `limit` bytes at most but one line at least; null if the file was cut before `offset`. */
export function readLines(path: string, offset: number, limit: number): ReadLines | null {
  let descriptor: number;
  try {
    descriptor = RegularFile.open(path, "refused").descriptor;
  } catch {
    return offset === 0 ? { bytes: Buffer.alloc(0), next: 0, hasMore: false } : null;
  }
  try {
    const { size } = fstatSync(descriptor);
    if (size < offset || (offset > 0 && byteAt(descriptor, offset - 1) !== LINE_END)) return null;
    for (let wanted = limit; ; wanted *= 2) {
      const buffer = Buffer.allocUnsafe(Math.min(wanted, size - offset));
      const read = readSync(descriptor, buffer, 0, buffer.length, offset);
      const end = buffer.subarray(0, read).lastIndexOf(LINE_END) + 1;
      if (end === 0 && offset + wanted < size) continue;
      return { bytes: buffer.subarray(0, end), next: offset + end, hasMore: end > 0 && offset + wanted < size };
    }
  } finally {
    closeSync(descriptor);
  }
}

function byteAt(descriptor: number, offset: number): number | null {
  const byte = Buffer.alloc(1);
  return readSync(descriptor, byte, 0, 1, offset) === 1 ? byte[0]! : null;
}
