/** @file Parquet files by the names that Hugging Face gives them: `train-00000-of-00002.parquet`, also in the one folder below, or `train/0000.parquet`. */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";
import { type FolderScan, inside } from "./folder-scan.ts";
import { findSplitFolders, type SplitKind, splitOfName } from "./split-folders.ts";

const FILE = /\.parquet$/i;
/** Number of a part, and how many there are. */
const PART = /^(.*?)-?(\d+)-of-(\d+)\.parquet$/i;
/** Folders around the files that are gone into. */
const WRAPPERS = 3;

export interface ParquetFile {
  /** In the folder. */
  readonly path: string;
  readonly split: SplitKind;
}

/** `E_PARQUET`: what is wrong with the file or folder that is called `name`. */
export function parquetError(name: string, reason: string, hint: string): IstaNasError {
  return new IstaNasError(`data ${printableName(name)}: ${reason}`, { code: "E_PARQUET", kind: "usage", hint });
}

/**
 * The Parquet files in a folder without images, null if there are none. Throws `E_PARQUET` for names that tell no split where there are several files, and
 * for parts that are not there.
 */
export function findParquetFiles(scan: FolderScan): readonly ParquetFile[] | null {
  let base = "";
  for (let depth = 0; depth <= WRAPPERS; depth++) {
    const { folders, others } = scan.list(base);
    const own = others.filter((name) => FILE.test(name)).map((name) => ({ name, path: inside(base, name) }));
    if (own.length > 0) return named(scan, own);
    const splits = findSplitFolders(folders, "present");
    const found = [splits?.train, splits?.test, splits?.validation]
      .filter((folder) => folder != null)
      .flatMap((folder) => {
        const within = scan.list(inside(base, folder)).others.filter((name) => FILE.test(name));
        return within.map((name) => ({ path: inside(base, folder, name), split: splitOfName(folder)! }));
      });
    if (found.length > 0) return found;
    if (folders.length !== 1) return null;
    base = inside(base, folders[0]!);
  }
  return null;
}

function named(
  scan: FolderScan,
  files: readonly { readonly name: string; readonly path: string }[],
): readonly ParquetFile[] {
  const parts = new Map<string, { readonly seen: Set<number>; readonly total: number }>();
  for (const { name } of files) {
    const [, split, number, total] = PART.exec(name) ?? [];
    if (split === undefined) continue;
    const known = parts.get(split) ?? { seen: new Set<number>(), total: Number(total) };
    known.seen.add(Number(number));
    parts.set(split, known);
  }
  for (const [split, { seen, total }] of parts) {
    if (seen.size >= total) continue;
    const got = `${seen.size} of ${countOf(total, "file")} of ${split || "the data"}`;
    throw parquetError(
      scan.folder.path,
      `${got} are there`,
      "download the others: nothing is trained on a part unasked",
    );
  }
  return files.map(({ name, path }) => {
    const split = splitOfName(name.replace(PART, "$1").replace(FILE, ""));
    if (split !== null || files.length === 1) return { path, split: split ?? "train" };
    throw parquetError(
      scan.folder.path,
      `the name ${printableName(name)} tells no split, expected such as train-00000-of-00001.parquet`,
      "give one of the files, or name all of them by their splits",
    );
  });
}
