/** @file Which kind of data set lies in a folder, or in the file that was given. */
import { IstaNasError } from "../error.ts";
import { compareCodePoints, printableName } from "../files/index.ts";
import type { CifarFolder } from "./cifar-folder.ts";
import { findClassFolders } from "./class-folders.ts";
import { UNDERSTOOD } from "./data-formats.ts";
import type { IdxFolder } from "./find-idx-files.ts";
import { findParquetFiles } from "./find-parquet-files.ts";
import { findPixelFiles } from "./find-pixel-files.ts";
import { type FolderRules, FolderScan, inside } from "./folder-scan.ts";
import { findImageFolder } from "./image-folder.ts";
import { conversionHint, imageFormat } from "./image-formats.ts";
import { isRunFolder } from "./is-run-folder.ts";
import { readLabelList } from "./label-list.ts";
import type { LabelledFiles } from "./labelled-files.ts";
import type { NpzFile } from "./npz-file.ts";
import type { OpenedSource } from "./open-source.ts";
import { readParquet } from "./parquet-images.ts";
import { findTinyImageNet } from "./tiny-imagenet.ts";

export type DataLayout = IdxFolder | CifarFolder | NpzFile | LabelledFiles;

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

/** Looks into the source; `tasks`: columns of a list. Throws `E_DATA_UNREADABLE`, `E_DATA_UNKNOWN_LAYOUT`, or what the finders throw. */
export async function findLayout(
  { path, folder, file }: OpenedSource,
  rules: FolderRules = "present",
  tasks: readonly string[] = [],
): Promise<DataLayout> {
  if (file?.kind === "npz") return { kind: "npz", folder, file: file.name };
  if (file?.kind === "parquet") return readParquet(folder, file.name, [{ path: file.name, split: "train" }]);
  if (file !== null) return readLabelList(folder, file.name, tasks);
  const scan = new FolderScan(folder, rules);
  const files = findPixelFiles(scan);
  if (files !== null) return { ...files, remarks: [...files.remarks, ...scan.passedOver()] };
  const root = scan.list("");
  const isEmptyRun = () => root.folders.every((name) => scan.firstWithImages(name) === null);
  if (isRunFolder(folder, root.others) && isEmptyRun()) throw runItself(path);
  const found = (rules === "present" ? findLabelled(scan) : null) ?? findClassFolders(scan);
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

/** Images whose labels are told beside them, or in their rows. */
function findLabelled(scan: FolderScan): LabelledFiles | null {
  const rows = scan.firstWithImages("") === null ? findParquetFiles(scan) : null;
  if (rows !== null) return readParquet(scan.folder, null, rows);
  return findTinyImageNet(scan) ?? findImageFolder(scan);
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
