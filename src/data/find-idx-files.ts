/** @file Finds IDX files by the names that MNIST, its successors and those who pass them on gave them. */
import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";
import type { DataFolder } from "./data-folder.ts";
import type { EmnistSet } from "./emnist.ts";

/** One class a line. */
export const CLASS_NAMES_FILE = "class-names.txt";

/** Such as `train-images-idx3-ubyte.gz`, `t10k-labels.idx1-ubyte`, `emnist-letters-test-images-idx3-ubyte`. */
const FILE_NAME =
  /^(?:emnist-(balanced|byclass|bymerge|digits|letters|mnist)-)?(train|t10k|test)-(images|labels)[-.]idx[134]-ubyte(\.gz)?$/;

export interface IdxPair {
  readonly images: string;
  readonly labels: string;
}

/** Names of files within the folder. */
export interface IdxFolder {
  readonly kind: "idx";
  readonly folder: DataFolder;
  readonly train: IdxPair;
  readonly test: IdxPair | null;
  /** One class a line, in the order of the labels. */
  readonly classNames: string | null;
  /** Which set of EMNIST it is, and the file that maps its labels to characters; null if it is none. */
  readonly emnist: { readonly set: EmnistSet; readonly mapping: string | null } | null;
  readonly ignored: readonly string[];
  /** How the files were read. */
  readonly remarks: readonly string[];
}

/**
 * The IDX files among `names`, of which `folderNames` are folders, or null if there are none. A folder that is named like a file and holds it
 * stands for it. Throws `E_IDX_MISSING` if one of a pair is not there, `E_DATA_SEVERAL` for several sets of EMNIST.
 */
export function findIdxFiles(
  folder: DataFolder,
  names: readonly string[],
  folderNames: readonly string[] = [],
): IdxFolder | null {
  const files = names.flatMap((name) => fileOf(folder, name, folderNames.includes(name)));
  const sets = [...new Set(files.map(({ set }) => set))];
  if (files.length === 0) return null;
  const set = sets.includes(null) ? null : sets[0]!;
  if (set !== null && sets.length > 1) throw severalSets(folder.path, sets.map(String));
  const own = files.filter((file) => file.set === set);
  const found = new Map<string, string>();
  for (const { key, path, isPacked } of own) if (!found.has(key) || !isPacked) found.set(key, path);
  const pair = (split: "train" | "test"): IdxPair => {
    const [images, labels] = [found.get(`${split}-images`), found.get(`${split}-labels`)];
    if (images !== undefined && labels !== undefined) return { images, labels };
    const prefix = set === null ? "" : `emnist-${set}-`;
    const missing = `${prefix}${split === "test" ? (set === null ? "t10k" : "test") : split}-${images === undefined ? "images-idx3" : "labels-idx1"}-ubyte`;
    throw new IstaNasError(
      `data ${folder.path}: no ${missing} or ${missing}.gz beside ${[...found.values()].join(", ")}`,
      {
        code: "E_IDX_MISSING",
        kind: "usage",
        hint: "images and labels come in pairs: put the missing file into the folder",
      },
    );
  };
  const hasTest = found.has("test-images") || found.has("test-labels");
  const mapping = `emnist-${set}-mapping.txt`;
  const known = [CLASS_NAMES_FILE, ...own.map(({ name }) => name), ...(set === null ? [] : [mapping])];
  return {
    kind: "idx",
    folder,
    train: pair("train"),
    test: hasTest ? pair("test") : null,
    classNames: names.includes(CLASS_NAMES_FILE) ? CLASS_NAMES_FILE : null,
    emnist: set === null ? null : { set, mapping: names.includes(mapping) ? mapping : null },
    ignored: names.filter((name) => !known.includes(name)),
    remarks: set === null ? [] : [`EMNIST's images lie on their side in the files of ${set}: they are turned upright`],
  };
}

interface FoundFile {
  /** In the folder. */
  readonly name: string;
  /** Of the file itself, in the folder. */
  readonly path: string;
  readonly set: EmnistSet | null;
  /** Split and content. */
  readonly key: string;
  readonly isPacked: boolean;
}

function fileOf(folder: DataFolder, name: string, isFolder: boolean): readonly FoundFile[] {
  const parts = FILE_NAME.exec(name);
  if (parts === null) return [];
  const [, set = null, split, content, packed] = parts;
  const isInside = isFolder && folder.list(name).some((inner) => inner.name === name && !inner.isFolder);
  const path = isInside ? `${name}/${name}` : name;
  const key = `${split === "train" ? "train" : "test"}-${content}`;
  return [{ name, path, set: set as EmnistSet | null, key, isPacked: packed !== undefined }];
}

function severalSets(folder: string, sets: readonly string[]): IstaNasError {
  const [first] = sets;
  return new IstaNasError(
    `data ${printableName(folder)}: ${sets.length} sets of EMNIST lie there, expected one: ${sets.join(", ")}`,
    {
      code: "E_DATA_SEVERAL",
      kind: "usage",
      hint: `move the files of one, such as emnist-${first}-*, into a folder of its own and give that`,
    },
  );
}

/** Files that the result of `readIdxFolder` depends on. */
export function idxFileNames(files: IdxFolder): readonly string[] {
  const pairs = files.test === null ? [files.train] : [files.train, files.test];
  return [
    ...pairs.flatMap((pair) => [pair.images, pair.labels]),
    ...[files.classNames, files.emnist?.mapping ?? null].filter((name) => name !== null),
  ];
}
