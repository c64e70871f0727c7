/**
 * @file Reads a file that others append to, whole lines at a time. A file that became shorter, or no longer has a line's end where one was, was
 * cut, as resuming does: then the reader has to begin again. What is no regular file counts as none.
 */
import { readSync } from "node:fs";
import { RegularFile, UnreadableFile } from "../files/index.ts";

/** The byte of a line feed. */
export const LINE_END = 10;
/** What tells the kinds of events apart is no farther than this from the beginning of a journal's line. */
export const LINE_HEAD_BYTES = 160;
/** Bytes of a line that is read, many times the longest that a run writes; one that is longer is passed over. */
const LONGEST_LINE: number = 1 << 20;
/** How far the end of such a line is looked for: what lies behind a longer one is not read. */
const FARTHEST_END = 1 << 26;

export interface ReadLines {
  readonly bytes: Buffer;
  /** Byte after the last whole line. */
  readonly next: number;
  /** Whether more is there already. */
  readonly hasMore: boolean;
  /** Whether a line that is too long was passed over; then `bytes` is empty. */
  readonly hasPassedOver: boolean;
}

/** Whole lines from byte `offset` on, of about `limit` bytes at most but one line at least; null if the file was cut before `offset`. */
export function readLines(path: string, offset: number, limit: number): ReadLines | null {
  const file = openIfThere(path);
  if (file === null) return offset === 0 ? nothing(0) : null;
  try {
    const { size } = file;
    if (size < offset || (offset > 0 && byteAt(file, offset - 1) !== LINE_END)) return null;
    for (let wanted = limit; ; wanted = Math.min(2 * wanted, LONGEST_LINE)) {
      const buffer = Buffer.allocUnsafe(Math.min(wanted, size - offset));
      const read = readSync(file.descriptor, buffer, 0, buffer.length, offset);
      const end = buffer.subarray(0, read).lastIndexOf(LINE_END) + 1;
      const isAll = offset + wanted >= size;
      if (end > 0) return { bytes: buffer.subarray(0, end), next: offset + end, hasMore: !isAll, hasPassedOver: false };
      if (isAll) return nothing(offset);
      if (wanted >= LONGEST_LINE) return behindLongLine(file, offset);
    }
  } finally {
    file.close();
  }
}

/** The regular file at `path`; null if there is none, or it cannot be read. */
export function openIfThere(path: string): RegularFile | null {
  try {
    return RegularFile.open(path, "refused");
  } catch (error) {
    if (error instanceof UnreadableFile) return null;
    throw error;
  }
}

function behindLongLine(file: RegularFile, offset: number): ReadLines {
  const buffer = Buffer.allocUnsafe(LONGEST_LINE);
  for (let at = offset + LONGEST_LINE; at < offset + FARTHEST_END; ) {
    const read = readSync(file.descriptor, buffer, 0, buffer.length, at);
    if (read === 0) break;
    const end = buffer.subarray(0, read).indexOf(LINE_END);
    if (end >= 0) {
      const next = at + end + 1;
      return { bytes: Buffer.alloc(0), next, hasMore: next < file.size, hasPassedOver: true };
    }
    at += read;
  }
  return nothing(offset);
}

function nothing(next: number): ReadLines {
  return { bytes: Buffer.alloc(0), next, hasMore: false, hasPassedOver: false };
}

function byteAt(file: RegularFile, offset: number): number | null {
  const byte = Buffer.alloc(1);
  return readSync(file.descriptor, byte, 0, 1, offset) === 1 ? byte[0]! : null;
}
