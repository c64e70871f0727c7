/** @file What lies at the path of data: a folder, an archive, which is read like one, or a file that has or names the images. */
import { type Stats, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { IstaNasError } from "../error.ts";
import { kindOf, printableName, RegularFile, toSystemPath, UnreadableFile } from "../files/index.ts";
import { ArchiveFolder, type ArchiveKind, archiveKind } from "./archive-folder.ts";
import type { DataFolder } from "./data-folder.ts";
import { UNDERSTOOD } from "./data-formats.ts";
import { DEMO_NAME, DEMO_PATH, demoFolder } from "./demo.ts";
import { DiskFolder } from "./disk-folder.ts";

/** Files that are data by themselves, by the ends of their names. */
type DataFileKind = "list" | "npz" | "parquet";
const FILES: Readonly<Record<DataFileKind, RegExp>> = { list: /\.(csv|tsv)$/i, npz: /\.npz$/i, parquet: /\.parquet$/i };

export interface OpenedSource {
  /** As the caller gave it. */
  readonly path: string;
  /** Of the data: that of the folder or file, without what says which format it is in. */
  readonly name: string;
  /** The folder of the images or of the file. */
  readonly folder: DataFolder;
  /** The file in it that was given, null if the folder itself was. */
  readonly file: { readonly name: string; readonly kind: DataFileKind } | null;
}

/** Bytes that tell an archive, the mark of tar included. */
const START = 262;

/**
 * Opens the data at `path`, or the embedded set for `demo`. Throws `E_DATA_NOT_FOUND`, `E_DATA_NOT_A_FOLDER` for a file that is not understood,
 * `E_DATA_UNREADABLE`, and what `ArchiveFolder.open` throws.
 */
export async function openSource(path: string): Promise<OpenedSource> {
  if (path === DEMO_PATH) return { path, name: DEMO_NAME, folder: new DiskFolder(demoFolder()), file: null };
  const within = archiveAround(path);
  if (within !== null) return openInArchive(path, within);
  const status = statusOf(path);
  const full = basename(resolve(path));
  if (status.isDirectory()) return { path, name: full, folder: new DiskFolder(path), file: null };
  const archive = archiveKind(path);
  const file = fileKind(path);
  if (!status.isFile() || (archive === null && file === null)) throw notUnderstood(path, status);
  const name = withoutEnding(full);
  if (archive === null) {
    return { path, name, folder: new DiskFolder(dirname(path)), file: { name: basename(path), kind: file! } };
  }
  return { path, name, folder: await openArchive(path, archive), file: null };
}

interface InArchive {
  readonly archive: string;
  readonly kind: ArchiveKind;
  /** With `/` between parts. */
  readonly inner: string;
}

/** Such as `photos.zip/labels.csv`; null where no part of the path before the last is an archive. */
function archiveAround(path: string): InArchive | null {
  const parts = path.split(/[/\\]/).filter((part, index) => part !== "" || index === 0);
  for (let count = 1; count < parts.length; count++) {
    const kind = archiveKind(parts[count - 1]!);
    const archive = parts.slice(0, count).join("/");
    if (kind === null || statSync(toSystemPath(archive), { throwIfNoEntry: false })?.isFile() !== true) continue;
    return { archive, kind, inner: parts.slice(count).join("/") };
  }
  return null;
}

async function openInArchive(path: string, { archive, kind, inner }: InArchive): Promise<OpenedSource> {
  const folder = await openArchive(archive, kind);
  const [, around = "", name = inner] = /^(?:(.*)\/)?([^/]+)$/.exec(inner) ?? [];
  const isFolder = folder.hasFolder(inner);
  if (isFolder) return { path, name, folder: folder.inside(inner), file: null };
  const file = fileKind(name);
  if (folder.sizeOf(inner) === null || file === null) {
    throw new IstaNasError(
      `data ${printableName(path)}: no such folder or file of a format that is read in the archive`,
      {
        code: "E_DATA_NOT_FOUND",
        kind: "usage",
        hint: `check the spelling; the archive itself is ${printableName(archive)}`,
      },
    );
  }
  return { path, name: withoutEnding(name), folder: folder.inside(around), file: { name, kind: file } };
}

function fileKind(name: string): DataFileKind | null {
  return (Object.keys(FILES) as DataFileKind[]).find((kind) => FILES[kind].test(name)) ?? null;
}

function withoutEnding(name: string): string {
  return name.replace(/\.(zip|tar|tar\.gz|tgz|csv|tsv|npz|parquet)$/i, "") || name;
}

async function openArchive(path: string, kind: ArchiveKind): Promise<ArchiveFolder> {
  try {
    return await ArchiveFolder.open(path, kind);
  } catch (cause) {
    if (cause instanceof UnreadableFile) throw unreadable(path, cause.message, cause);
    throw cause;
  }
}

function statusOf(path: string): Stats {
  try {
    return statSync(toSystemPath(path));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") throw unreadable(path, `cannot be read: ${code ?? message}`, cause);
    throw new IstaNasError(`data ${printableName(path)}: no such folder or file`, {
      code: "E_DATA_NOT_FOUND",
      kind: "usage",
      hint: `check the spelling; ${UNDERSTOOD}`,
      cause,
    });
  }
}

function unreadable(path: string, reason: string, cause: unknown): IstaNasError {
  return new IstaNasError(`data ${printableName(path)}: ${reason}`, {
    code: "E_DATA_UNREADABLE",
    kind: "usage",
    hint: "check its permissions",
    cause,
  });
}

function notUnderstood(path: string, status: Stats): IstaNasError {
  const ending = status.isFile() ? archiveEnding(path) : null;
  return new IstaNasError(
    `data ${printableName(path)}: got ${kindOf(status)}, expected a folder, an archive or a file of one of the formats that are read`,
    {
      code: "E_DATA_NOT_A_FOLDER",
      kind: "usage",
      hint: ending === null ? UNDERSTOOD : `it is an archive: call it ${printableName(basename(path))}${ending}`,
    },
  );
}

/** The ending that the content of a file calls for, null if it is no archive that is read. */
function archiveEnding(path: string): string | null {
  try {
    const file = RegularFile.open(path, "followed");
    try {
      const start = file.readStart(START).toString("latin1");
      if (start.startsWith("PK\x03\x04")) return ".zip";
      if (start.startsWith("\x1f\x8b")) return ".tar.gz";
      return start.endsWith("ustar") ? ".tar" : null;
    } finally {
      file.close();
    }
  } catch {
    return null;
  }
}
