/** @file Which kind of data set lies in a folder. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { IstaNasError } from "../error.ts";
import { compareCodePoints, printableName, toSystemPath } from "../files/index.ts";
import type { CifarFolder } from "./cifar-folder.ts";
import { type ClassFolders, findClassFolders } from "./class-folders.ts";
import { DEMO_PATH, demoFolder } from "./demo.ts";
import type { IdxFolder } from "./find-idx-files.ts";
import { findPixelFiles } from "./find-pixel-files.ts";
import { type FolderRules, FolderScan, inside } from "./folder-scan.ts";
import { conversionHint, imageFormat } from "./image-formats.ts";
import { isRunFolder } from "./is-run-folder.ts";

export type DataLayout = IdxFolder | CifarFolder | ClassFolders;

const UNDERSTOOD =
  "give a folder with a folder of images for each class, one with train/ and test/ of such folders, IDX files " +
  "(train-images-idx3-ubyte, train-labels-idx1-ubyte), CIFAR's binary batches (data_batch_1.bin, train.bin), or the word demo";

/** Sets in the form that Python alone reads. */
const PICKLED: readonly { readonly names: readonly (readonly string[])[]; readonly hint: string }[] = [
  {
    names: [["data_batch_1"], ["cifar-10-batches-py"]],
    hint: "this is CIFAR-10 for Python: download the binary version, cifar-10-binary.tar.gz",
  },
  {
    names: [["cifar-100-python"], ["meta", "test", "train"]],
    hint: "this is CIFAR-100 for Python: download the binary version, cifar-100-binary.tar.gz",
  },
];

/**
 * Looks into the folder at `path`, or into the embedded set for `demo`. Throws `E_DATA_NOT_FOUND`, `E_DATA_NOT_A_FOLDER`,
 * `E_DATA_UNREADABLE`, `E_DATA_UNKNOWN_LAYOUT`, or what the finders throw.
 */
export function findLayout(path: string, rules: FolderRules = "present"): DataLayout {
  const folder = path === DEMO_PATH ? demoFolder() : path;
  try {
    if (!statSync(folder).isDirectory()) {
      throw new IstaNasError(`data ${printableName(path)}: got a file, expected a folder`, {
        code: "E_DATA_NOT_A_FOLDER",
        kind: "usage",
        hint: `unpack it if it is an archive; ${UNDERSTOOD}`,
      });
    }
  } catch (cause) {
    if (cause instanceof IstaNasError) throw cause;
    throw unreachable(path, cause as NodeJS.ErrnoException);
  }
  const scan = new FolderScan(folder, rules);
  const files = findPixelFiles(scan);
  if (files !== null) return { ...files, remarks: [...files.remarks, ...scan.passedOver()] };
  const root = scan.list("");
  const isEmptyRun = () => root.folders.every((name) => scan.firstWithImages(name) === null);
  if (isRunFolder(folder, root.others) && isEmptyRun()) throw runItself(path);
  const found = findClassFolders(folder, scan);
  if (found !== null) return found;
  const { folders, images, unread, others } = root;
  const visible = [...folders, ...images, ...unread, ...others].sort(compareCodePoints);
  const notRead = scan.firstWithUnread("");
  if (notRead !== null) throw notReadAtAll(path, scan, notRead);
  const holds = visible.length === 0 ? "an empty folder" : visible.slice(0, 5).map(printableName).join(", ");
  throw new IstaNasError(`data ${printableName(path)}: nothing in it is understood, got ${holds}`, {
    code: "E_DATA_UNKNOWN_LAYOUT",
    kind: "usage",
    hint:
      PICKLED.find(({ names }) => names.some((all) => all.every((name) => visible.includes(name))))?.hint ??
      (scan.holdsRuns("") ? `runs of this program lie there: give the folder of images` : UNDERSTOOD),
  });
}

/** All images are in formats that are not read; those in the folder `first` are the first. */
function notReadAtAll(path: string, scan: FolderScan, first: string): IstaNasError {
  const [example] = scan.list(first).unread;
  const { name } = imageFormat(example!)!;
  return new IstaNasError(
    `data ${printableName(path)}: all images are in formats that are not read, such as ${printableName(inside(first, example!))} in ${name}`,
    { code: "E_DATA_UNKNOWN_LAYOUT", kind: "usage", hint: conversionHint(name, example!) },
  );
}

function runItself(path: string): IstaNasError {
  return new IstaNasError(`data ${printableName(path)}: got a run of this program, expected a folder of images`, {
    code: "E_DATA_UNKNOWN_LAYOUT",
    kind: "usage",
    hint:
      "give the folder of images; a run itself is used with ista-nas evaluate RUN, ista-nas predict RUN IMAGES, " +
      "or ista-nas serve, which shows it",
  });
}

function unreachable(path: string, cause: NodeJS.ErrnoException): IstaNasError {
  const isMissing = cause.code === "ENOENT" || cause.code === "ENOTDIR";
  const what = isMissing ? "no such folder" : `the folder cannot be read: ${cause.code ?? cause.message}`;
  return new IstaNasError(`data ${printableName(path)}: ${what}`, {
    code: isMissing ? "E_DATA_NOT_FOUND" : "E_DATA_UNREADABLE",
    kind: "usage",
    hint: isMissing ? `check the spelling; ${UNDERSTOOD}` : "check its permissions",
    cause,
  });
}

/** What the system says of a file: all of it is the same only as long as nobody has written, replaced or renamed the file. */
export type FileStamp = readonly [name: string, size: string, modified: string, changed: string, inode: string];

/**
 * A stamp of every file, which tells whether it has changed since it was decoded; the size and the time that a file shows are not enough, for both
 * can be kept or set. `?` for all of it where it cannot be had.
 */
export function fileStamps(folder: string, names: readonly string[]): readonly FileStamp[] {
  return names.map((name) => {
    try {
      const { size, mtimeNs, ctimeNs, ino } = statSync(toSystemPath(join(folder, name)), { bigint: true });
      return [name, String(size), String(mtimeNs), String(ctimeNs), String(ino)];
    } catch {
      return [name, "?", "?", "?", "?"];
    }
  });
}
