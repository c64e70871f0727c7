/** @file The folder in an archive: listed and read like one on the disk, without being unpacked there. */
import { compareCodePoints, printableName, RegularFile, UnreadableFile } from "../files/index.ts";
import { type ArchiveEntry, type ByteSource, damagedArchive, refusedEntry } from "./archive-entry.ts";
import type { DataFile, DataFolder, FileStamp } from "./data-folder.ts";
import { stampOfFile } from "./disk-folder.ts";
import { inside } from "./folder-scan.ts";
import type { FolderEntry } from "./list-folder.ts";
import { tarEntries, unpackedArchive } from "./tar-archive.ts";
import { zipEntries } from "./zip-archive.ts";

interface Tree {
  readonly archive: string;
  readonly files: ReadonlyMap<string, ArchiveEntry>;
  /** Names in each folder, and whether they are folders. */
  readonly folders: ReadonlyMap<string, ReadonlyMap<string, boolean>>;
  readonly stamp: FileStamp;
}

/** Which archives are read, by the ends of their names. */
export type ArchiveKind = "zip" | "tar" | "tar.gz";
const KINDS: Readonly<Record<ArchiveKind, RegExp>> = { zip: /\.zip$/i, tar: /\.tar$/i, "tar.gz": /\.(tar\.gz|tgz)$/i };

/** The kind that the name of a file speaks of, null if it is no archive by its name. */
export function archiveKind(fileName: string): ArchiveKind | null {
  return (Object.keys(KINDS) as ArchiveKind[]).find((kind) => KINDS[kind].test(fileName)) ?? null;
}

export class ArchiveFolder implements DataFolder {
  readonly #tree: Tree;
  readonly #base: string;

  private constructor(tree: Tree, base: string) {
    this.#tree = tree;
    this.#base = base;
  }

  /**
   * The folder in the archive at `path`. Throws `UnreadableFile`, `E_ARCHIVE_DAMAGED`, `E_ARCHIVE_ENTRY` for what is refused in it, for two entries of one
   * name too, and `E_DATA_TOO_LARGE`.
   */
  static async open(path: string, kind: ArchiveKind): Promise<ArchiveFolder> {
    const stamp = stampOfFile(path, path);
    const file = onDisk(path);
    const source = kind === "tar.gz" ? await unpackedArchive(path, file) : file;
    const entries = kind === "zip" ? zipEntries(path, source) : tarEntries(path, source);
    return new ArchiveFolder({ archive: path, stamp, ...grown(path, entries) }, "");
  }

  /** The folder in a zip archive that is called `name` and in memory. Throws as `open` does. */
  static of(name: string, bytes: Uint8Array): ArchiveFolder {
    const readAt = (position: number, count: number): Uint8Array => bytes.subarray(position, position + count);
    const stamp: FileStamp = [name, "?", "?", "?", "?"];
    return new ArchiveFolder(
      { archive: name, stamp, ...grown(name, zipEntries(name, { size: bytes.length, readAt })) },
      "",
    );
  }

  get path(): string {
    return this.#base === "" ? this.#tree.archive : `${this.#tree.archive}/${this.#base}`;
  }

  inside(path: string): ArchiveFolder {
    return new ArchiveFolder(this.#tree, inside(this.#base, path));
  }

  list(path: string): readonly FolderEntry[] {
    const names = this.#tree.folders.get(inside(this.#base, path));
    if (names === undefined) throw damagedArchive(this.#tree.archive, `no folder ${printableName(path)}/ in it`);
    return [...names].map(([name, isFolder]) => ({ name, isFolder })).sort((a, b) => compareCodePoints(a.name, b.name));
  }

  realPath(path: string): string {
    return `${inside(this.#base, path)}/`;
  }

  hasFolder(path: string): boolean {
    return this.#tree.folders.has(inside(this.#base, path));
  }

  sizeOf(path: string): number | null {
    return this.#tree.files.get(inside(this.#base, path))?.size ?? null;
  }

  open(path: string): DataFile {
    const place = inside(this.#base, path);
    const entry = this.#tree.files.get(place);
    if (entry === undefined) {
      throw new UnreadableFile(this.#tree.folders.has(place) ? "is a folder, not a file" : "is not in the archive");
    }
    const read = (mostBytes = Infinity): Uint8Array => {
      if (entry.size <= mostBytes) return entry.read();
      throw new UnreadableFile(`is too large: got ${entry.size} bytes, expected at most ${mostBytes}`);
    };
    return { size: entry.size, read, readStart: (count) => read().subarray(0, count), close: () => {} };
  }

  /** Of the archive. */
  stampOf(path: string): FileStamp {
    const [, ...stamp] = this.#tree.stamp;
    return [path, ...stamp];
  }
}

/** Opened for each read, so that nothing has to be closed. */
function onDisk(path: string): ByteSource {
  const opened = <T>(work: (file: RegularFile) => T): T => {
    const file = RegularFile.open(path, "followed");
    try {
      return work(file);
    } finally {
      file.close();
    }
  };
  return {
    size: opened((file) => file.size),
    readAt: (position, count) => opened((file) => file.readAt(position, count)),
  };
}

function grown(archive: string, entries: readonly ArchiveEntry[]): Pick<Tree, "files" | "folders"> {
  const files = new Map<string, ArchiveEntry>();
  const folders = new Map<string, Map<string, boolean>>([["", new Map()]]);
  const again = "make the archive again from the folder of images";
  const addFolder = (path: string): void => {
    if (folders.has(path)) return;
    folders.set(path, new Map());
    addTo(path, true);
  };
  const addTo = (path: string, isFolder: boolean): void => {
    const cut = path.lastIndexOf("/");
    const parent = cut < 0 ? "" : path.slice(0, cut);
    addFolder(parent);
    folders.get(parent)!.set(path.slice(cut + 1), isFolder);
  };
  for (const entry of entries) {
    if (entry.isFolder) addFolder(entry.path);
    else if (files.has(entry.path)) throw refusedEntry(archive, entry.path, "is there twice", again);
    else {
      files.set(entry.path, entry);
      addTo(entry.path, false);
    }
  }
  for (const path of files.keys()) {
    if (folders.has(path)) throw refusedEntry(archive, path, "is there as a file and as a folder", again);
  }
  return { files, folders };
}
