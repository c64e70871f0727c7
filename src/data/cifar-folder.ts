/**
 * @file The binary version of CIFAR-10: batches of records of one label byte and 3 planes (red, green, blue) of 32x32
 * bytes. A folder may hold the files themselves or the folder that the archive unpacks to.
 */

import { join } from "node:path";
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { compareCodePoints } from "../files/index.ts";
import type { FileHash } from "./file-hash.ts";
import { listFolder } from "./list-folder.ts";
import { type RawImages, seenAlike } from "./raw-images.ts";
import { readDataFile } from "./read-data-file.ts";

const PLANE = 32 * 32;
const RECORD = 1 + 3 * PLANE;
const TRAIN_NAME = /^data_batch_[1-5]\.bin$/;
const TEST_NAME = "test_batch.bin";
const NAMES_FILE = "batches.meta.txt";
const ARCHIVE_FOLDER = "cifar-10-batches-bin";
const PUBLISHED_BATCHES = 5;
const PUBLISHED_NAMES = "airplane automobile bird cat deer dog frog horse ship truck".split(" ");

/** Names of files within the folder. */
export interface CifarFolder {
  readonly kind: "cifar-10";
  readonly folder: string;
  readonly train: readonly string[];
  readonly test: string | null;
  readonly classNames: string | null;
  readonly ignored: readonly string[];
  /** How the files were read. */
  readonly remarks: readonly string[];
}

/** The CIFAR-10 batches among `names`, or in the archive's folder, or null if there are none. */
export function findCifarFiles(folder: string, names: readonly string[]): CifarFolder | null {
  const train = names.filter((name) => TRAIN_NAME.test(name)).sort(compareCodePoints);
  if (train.length === 0) {
    if (!listFolder(folder).some(({ name, isFolder }) => name === ARCHIVE_FOLDER && isFolder)) return null;
    const inner = join(folder, ARCHIVE_FOLDER);
    return findCifarFiles(
      inner,
      listFolder(inner).map(({ name }) => name),
    );
  }
  const known = [...train, TEST_NAME, NAMES_FILE, "readme.html"];
  return {
    kind: "cifar-10",
    folder,
    train,
    test: names.includes(TEST_NAME) ? TEST_NAME : null,
    classNames: names.includes(NAMES_FILE) ? NAMES_FILE : null,
    ignored: names.filter((name) => !known.includes(name)),
    remarks: [],
  };
}

/** Files that the result of `readCifarFolder` depends on. */
export function cifarFileNames(files: CifarFolder): readonly string[] {
  return [...files.train, files.test, files.classNames].filter((name) => name !== null);
}

/** Reads all batches. Throws `E_CIFAR_LENGTH` for one that is not whole records, `E_CIFAR_LABEL` for a label without a name. */
export async function readCifarFolder(files: CifarFolder): Promise<RawImages> {
  const hashes: FileHash[] = [];
  const classNames =
    files.classNames === null
      ? PUBLISHED_NAMES
      : new TextDecoder()
          .decode(readDataFile(files.folder, files.classNames, hashes))
          .split(/\s+/)
          .filter((name) => name !== "");
  const batches: { readonly name: string; readonly bytes: Uint8Array; readonly count: number }[] = [];
  for (const name of files.test === null ? files.train : [...files.train, files.test]) {
    const bytes = readDataFile(files.folder, name, hashes);
    if (bytes.length === 0 || bytes.length % RECORD !== 0) {
      throw new IstaNasError(
        `cifar-10 ${name}: got ${countOf(bytes.length, "byte")}, expected a multiple of ${RECORD}`,
        {
          code: "E_CIFAR_LENGTH",
          hint: `the published batches have ${10000 * RECORD} bytes: unpack the archive again`,
        },
      );
    }
    batches.push({ name, bytes, count: bytes.length / RECORD });
  }
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const pixels = new Uint8Array(count * 3 * PLANE);
  const labels = new Uint16Array(count);
  let image = 0;
  for (const { name, bytes, count: batchCount } of batches) {
    for (let record = 0; record < batchCount; record++) {
      const label = bytes[record * RECORD]!;
      if (label >= classNames.length) {
        throw new IstaNasError(
          `cifar-10 ${name}: label of record ${record} got ${label}, expected 0 to ${classNames.length - 1}`,
          { code: "E_CIFAR_LABEL", hint: "is it CIFAR-10 and not CIFAR-100? unpack the archive again" },
        );
      }
      labels[image] = label;
      interleave(bytes, record * RECORD + 1, pixels, image * 3 * PLANE);
      image++;
    }
  }
  const testCount = files.test === null ? 0 : batches.at(-1)!.count;
  const shape = { height: 32, width: 32, channels: 3 } as const;
  const isPartial = files.train.length < PUBLISHED_BATCHES;
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
    notes: isPartial ? [`training batches: ${files.train.length} of ${PUBLISHED_BATCHES} are there`] : [],
  };
}

function interleave(planes: Uint8Array, from: number, pixels: Uint8Array, to: number): void {
  for (let channel = 0; channel < 3; channel++) {
    for (let p = 0; p < PLANE; p++) pixels[to + p * 3 + channel] = planes[from + channel * PLANE + p]!;
  }
}
