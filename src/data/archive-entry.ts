/** @file What lies in an archive, and which names in it are refused. */
import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";

/** Bytes of a name, and folders above a file: more are no data set but an attack. */
const LONGEST_NAME = 4096;
const DEEPEST = 16;

export interface ArchiveEntry {
  /** With `/` between parts, without `.`, and without one at the end. */
  readonly path: string;
  readonly isFolder: boolean;
  /** Bytes, unpacked. */
  readonly size: number;
  /** Unpacks it. Throws `UnreadableFile` if it is damaged. */
  read(): Uint8Array;
}

/** Bytes that can be read from any place. */
export interface ByteSource {
  readonly size: number;
  /** Fewer than `count` if the end comes before. */
  readAt(position: number, count: number): Uint8Array;
}

/** `E_ARCHIVE_DAMAGED`: the archive at `path` is cut short or not what it says. */
export function damagedArchive(path: string, reason: string, cause?: unknown): IstaNasError {
  return new IstaNasError(`data ${printableName(path)}: the archive is damaged or cut short: ${reason}`, {
    code: "E_ARCHIVE_DAMAGED",
    kind: "usage",
    hint: "download or copy it again; nothing of it was used",
    cause,
  });
}

/** `E_ARCHIVE_ENTRY`: what is called `entry` in the archive at `path` is refused, and the archive with it. */
export function refusedEntry(path: string, entry: string, reason: string, hint: string): IstaNasError {
  return new IstaNasError(`data ${printableName(path)}: the entry ${printableName(entry)} ${reason}`, {
    code: "E_ARCHIVE_ENTRY",
    kind: "usage",
    hint,
  });
}

/**
 * The path of an entry called `name`, null for the archive's own folder (`./`). Throws `E_ARCHIVE_ENTRY` for a name that leads out of the archive, holds
 * a zero byte, or is longer or deeper than any data set's.
 */
export function entryPath(archive: string, name: string): string | null {
  const refuse = (reason: string): IstaNasError =>
    refusedEntry(archive, name.slice(0, LONGEST_NAME), reason, "make the archive again from the folder of images");
  if (name.startsWith("/") || /^[A-Za-z]:/.test(name))
    throw refuse("has an absolute name, expected one within the archive");
  if (name.includes("\0")) throw refuse("has a zero byte in its name");
  const parts = name.split("/", DEEPEST * 4).filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw refuse("leads out of the archive by ..");
  if (name.length > LONGEST_NAME || parts.length > DEEPEST) {
    throw refuse(`has too long a name, expected at most ${LONGEST_NAME} characters and ${DEEPEST} parts`);
  }
  return parts.length === 0 ? null : parts.join("/");
}
