/**
 * @file The binary versions of CIFAR-10 and CIFAR-100: batches of records of a label byte (CIFAR-100: two, the coarse one and the fine one) and 3 planes
 * (red, green, blue) of 32x32 bytes. A folder may hold the files themselves or the folder that the archive unpacks to.
 */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { compareCodePoints } from "../files/index.ts";
import type { DataFolder } from "./data-folder.ts";
import type { FileHash } from "./file-hash.ts";
import { type RawImages, seenAlike } from "./raw-images.ts";
import { readDataFile } from "./read-data-file.ts";

const PLANE = 32 * 32;

type CifarKind = "cifar-10" | "cifar-100";

interface CifarSet {
  readonly train: RegExp;
  readonly test: string;
  /** A class a line, in the order of the labels. */
  readonly names: string;
  readonly archive: string;
  readonly batches: number;
  /** Records of a published batch. */
  readonly published: number;
  /** Bytes of a record before the pixels; the last one is the label. */
  readonly labelBytes: number;
  /** Without the file of names. */
  readonly classNames: readonly string[];
}

const SETS: Readonly<Record<CifarKind, CifarSet>> = {
  "cifar-10": {
    ...{ train: /^data_batch_[1-5]\.bin$/, test: "test_batch.bin", names: "batches.meta.txt" },
    ...{ archive: "cifar-10-batches-bin", batches: 5, published: 10_000, labelBytes: 1 },
    classNames: "airplane automobile bird cat deer dog frog horse ship truck".split(" "),
  },
  "cifar-100": {
    ...{ train: /^train\.bin$/, test: "test.bin", names: "fine_label_names.txt" },
    ...{ archive: "cifar-100-binary", batches: 1, published: 50_000, labelBytes: 2 },
    classNames: Array.from({ length: 100 }, (_, label) => String(label)),
  },
};
const KINDS: readonly CifarKind[] = ["cifar-10", "cifar-100"];
const OTHER_FILES = ["readme.html", "coarse_label_names.txt"];

/** Names of files within the folder. */
export interface CifarFolder {
  readonly kind: CifarKind;
  readonly folder: DataFolder;
  readonly train: readonly string[];
  readonly test: string | null;
  readonly classNames: string | null;
  readonly ignored: readonly string[];
  /** How the files were read. */
  readonly remarks: readonly string[];
}

/** The batches of CIFAR-10 or CIFAR-100 among `names`, or in the archive's folder, or null if there are none. */
export function findCifarFiles(folder: DataFolder, names: readonly string[]): CifarFolder | null {
  const kind = KINDS.find((candidate) => isThere(folder, names, candidate));
  if (kind === undefined) {
    const archive = KINDS.map((candidate) => SETS[candidate].archive).find((name) => names.includes(name));
    if (archive === undefined || !folder.list("").some(({ name, isFolder }) => name === archive && isFolder))
      return null;
    const inner = folder.inside(archive);
    return findCifarFiles(
      inner,
      inner.list("").map(({ name }) => name),
    );
  }
  const { test, names: namesFile, train: trainName } = SETS[kind];
  const train = names.filter((name) => trainName.test(name)).sort(compareCodePoints);
  const known = [...train, test, namesFile, ...OTHER_FILES];
  return {
    kind,
    folder,
    train,
    test: names.includes(test) ? test : null,
    classNames: names.includes(namesFile) ? namesFile : null,
    ignored: names.filter((name) => !known.includes(name)),
    remarks: [],
  };
}

/** `train.bin` is the name of many things: CIFAR-100 has whole records, or a file of names beside it. */
function isThere(folder: DataFolder, names: readonly string[], kind: CifarKind): boolean {
  const set = SETS[kind];
  const first = names.find((name) => set.train.test(name));
  if (first === undefined || kind === "cifar-10" || names.includes(set.names)) return first !== undefined;
  const size = folder.sizeOf(first) ?? 0;
  return size > 0 && size % recordLength(kind) === 0;
}

function recordLength(kind: CifarKind): number {
  return SETS[kind].labelBytes + 3 * PLANE;
}

/** Files that the result of `readCifarFolder` depends on. */
export function cifarFileNames(files: CifarFolder): readonly string[] {
  return [...files.train, files.test, files.classNames].filter((name) => name !== null);
}

/** Reads all batches. Throws `E_CIFAR_LENGTH` for one that is not whole records, `E_CIFAR_LABEL` for a label without a name. */
export async function readCifarFolder(files: CifarFolder): Promise<RawImages> {
  const hashes: FileHash[] = [];
  const { kind } = files;
  const { labelBytes, batches: batchesPublished, published, names: namesFile, classNames: usual } = SETS[kind];
  const record = recordLength(kind);
  const classNames =
    files.classNames === null
      ? usual
      : new TextDecoder()
          .decode(readDataFile(files.folder, files.classNames, hashes))
          .split(/\s+/)
          .filter((name) => name !== "");
  const batches: { readonly name: string; readonly bytes: Uint8Array; readonly count: number }[] = [];
  for (const name of files.test === null ? files.train : [...files.train, files.test]) {
    const bytes = readDataFile(files.folder, name, hashes);
    if (bytes.length === 0 || bytes.length % record !== 0) {
      throw new IstaNasError(
        `${kind} ${name}: got ${countOf(bytes.length, "byte")}, expected a multiple of ${record}`,
        {
          code: "E_CIFAR_LENGTH",
          hint: `the published batches have ${published * record} bytes: unpack the archive again`,
        },
      );
    }
    batches.push({ name, bytes, count: bytes.length / record });
  }
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const pixels = new Uint8Array(count * 3 * PLANE);
  const labels = new Uint16Array(count);
  let image = 0;
  for (const { name, bytes, count: batchCount } of batches) {
    for (let index = 0; index < batchCount; index++) {
      const start = index * record + labelBytes;
      const label = bytes[start - 1]!;
      if (label >= classNames.length) {
        throw new IstaNasError(
          `${kind} ${name}: label of record ${index} got ${label}, expected 0 to ${classNames.length - 1}`,
          { code: "E_CIFAR_LABEL", hint: `is it ${kind.toUpperCase()}? unpack the archive again` },
        );
      }
      labels[image] = label;
      interleave(bytes, start, pixels, image * 3 * PLANE);
      image++;
    }
  }
  const testCount = files.test === null ? 0 : batches.at(-1)!.count;
  const shape = { height: 32, width: 32, channels: 3 } as const;
  return {
    classNames,
    shape,
    pixels,
    labels,
    trainCount: count - testCount,
    testName: files.test,
    seen: seenAlike(shape, count),
    files: hashes,
    ignored: files.ignored,
    remarks: files.remarks,
    notes: [
      ...(files.train.length < batchesPublished
        ? [`training batches: ${files.train.length} of ${batchesPublished} are there`]
        : []),
      ...(kind === "cifar-100" && files.classNames === null
        ? [`${namesFile} is not there: classes are called by their labels`]
        : []),
    ],
  };
}

function interleave(planes: Uint8Array, from: number, pixels: Uint8Array, to: number): void {
  for (let channel = 0; channel < 3; channel++) {
    for (let p = 0; p < PLANE; p++) pixels[to + p * 3 + channel] = planes[from + channel * PLANE + p]!;
  }
}
