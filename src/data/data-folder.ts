/** @file A folder of data, wherever it lies: on the disk, in an archive, in a file of rows. Paths in it have `/` between parts; "" is the folder itself. */
import type { FolderEntry } from "./list-folder.ts";

/** A file that is open until `close`; `RegularFile` is one. */
export interface DataFile {
  /** Bytes. */
  readonly size: number;
  /** All bytes. Throws `UnreadableFile`, also for more than `mostBytes`. */
  read(mostBytes?: number): Uint8Array;
  /** The first `count` bytes, fewer if there are no more. Throws `UnreadableFile`. */
  readStart(count: number): Uint8Array;
  close(): void;
}

/** What the system says of a file: all of it is the same only as long as nobody has written, replaced or renamed the file. */
export type FileStamp = readonly [name: string, size: string, modified: string, changed: string, inode: string];

export interface DataFolder {
  /** Of the folder itself, as it is printed and as decoded images are kept for it. */
  readonly path: string;
  /** The folder at `path` in this one. */
  inside(path: string): DataFolder;
  /** What lies in the folder at `path`, sorted by code point. Throws `E_DATA_UNREADABLE`. */
  list(path: string): readonly FolderEntry[];
  /** The same for two paths exactly if they lead to the same folder. */
  realPath(path: string): string;
  /** Bytes of the file at `path`, null where there is no file. */
  sizeOf(path: string): number | null;
  /** Throws `UnreadableFile`. */
  open(path: string): DataFile;
  /**
   * Tells whether the file at `path` has changed since it was decoded; size and time as a file shows them are not enough, for both can be kept or set.
   * `?` for all of it where it cannot be had.
   */
  stampOf(path: string): FileStamp;
}
