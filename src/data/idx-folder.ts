/** @file A folder of IDX files: training images and labels, and a test pair if it has one, plain or gzipped. */

import { totalmem } from "node:os";
import { constants, gunzipSync } from "node:zlib";
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import type { ChannelCount, ImageShape } from "./data-set.ts";
import type { FileHash } from "./file-hash.ts";
import { decodeIdx, decodeIdxHeader, type IdxArray } from "./idx.ts";
import { type RawImages, seenAlike } from "./raw-images.ts";
import { readDataFile } from "./read-data-file.ts";

const FILE_NAME = /^(train|t10k|test)-(images|labels)[-.]idx[134]-ubyte(\.gz)?$/;
const CLASS_NAMES_FILE = "class-names.txt";
const LARGEST_SIDE = 65_535;
/** Packed bytes that surely hold the header of what was packed, and unpack to 8 MB at most. */
const PREFIX = 8192;

interface IdxPair {
  readonly images: string;
  readonly labels: string;
}

/** Names of files within the folder. */
export interface IdxFolder {
  readonly kind: "idx";
  readonly folder: string;
  readonly train: IdxPair;
  readonly test: IdxPair | null;
  /** One class a line, in the order of the labels. */
  readonly classNames: string | null;
  readonly ignored: readonly string[];
  /** How the files were read. */
  readonly remarks: readonly string[];
}

/** The IDX files among `names`, or null if there are none. Throws `E_IDX_MISSING` if one of a pair is not there. */
export function findIdxFiles(folder: string, names: readonly string[]): IdxFolder | null {
  const found = new Map<string, string>();
  const ignored: string[] = [];
  for (const name of names) {
    const parts = FILE_NAME.exec(name);
    if (parts === null) {
      if (name !== CLASS_NAMES_FILE) ignored.push(name);
      continue;
    }
    const key = `${parts[1] === "train" ? "train" : "test"}-${parts[2]}`;
    if (!found.has(key) || parts[3] === undefined) found.set(key, name);
  }
  if (found.size === 0) return null;
  const pair = (split: "train" | "test"): IdxPair => {
    const [images, labels] = [found.get(`${split}-images`), found.get(`${split}-labels`)];
    if (images !== undefined && labels !== undefined) return { images, labels };
    const missing = `${split === "test" ? "t10k" : split}-${images === undefined ? "images-idx3" : "labels-idx1"}-ubyte`;
    throw new IstaNasError(`data ${folder}: no ${missing} or ${missing}.gz beside ${[...found.values()].join(", ")}`, {
      code: "E_IDX_MISSING",
      kind: "usage",
      hint: "images and labels come in pairs: put the missing file into the folder",
    });
  };
  const hasTest = found.has("test-images") || found.has("test-labels");
  return {
    kind: "idx",
    folder,
    train: pair("train"),
    test: hasTest ? pair("test") : null,
    classNames: names.includes(CLASS_NAMES_FILE) ? CLASS_NAMES_FILE : null,
    ignored,
    remarks: [],
  };
}

/** Files that the result of `readIdxFolder` depends on. */
export function idxFileNames(files: IdxFolder): readonly string[] {
  const pairs = files.test === null ? [files.train] : [files.train, files.test];
  return [
    ...pairs.flatMap((pair) => [pair.images, pair.labels]),
    ...(files.classNames === null ? [] : [files.classNames]),
  ];
}

/**
 * Reads both pairs. Without a file of class names the classes are the labels that occur in training. Throws the errors of
 * `decodeIdx` and `E_IDX_GZIP`, `E_IDX_SHAPE`, `E_IDX_COUNT`, `E_IDX_LABEL`.
 */
export async function readIdxFolder(files: IdxFolder): Promise<RawImages> {
  const hashes: FileHash[] = [];
  const train = readPair(files.folder, files.train, hashes);
  const test = files.test === null ? null : readPair(files.folder, files.test, hashes);
  if (test !== null && String(Object.values(test.shape)) !== String(Object.values(train.shape))) {
    const [got, expected] = [test.shape, train.shape].map((s) => `${s.height}x${s.width}x${s.channels}`);
    throw new IstaNasError(`idx ${files.test?.images}: images got ${got}, expected ${expected} as for training`, {
      code: "E_IDX_SHAPE",
    });
  }
  const named = files.classNames === null ? null : readClassNames(files.folder, files.classNames, hashes);
  const classLabels =
    named === null ? [...new Set(train.labels)].sort((a, b) => a - b) : named.map((_, label) => label);
  const classOf = new Map(classLabels.map((label, index) => [label, index]));
  const toClasses = (pair: LoadedPair): number[] =>
    Array.from(pair.labels, (label, i) => {
      const index = classOf.get(label);
      if (index !== undefined) return index;
      const expected =
        named === null ? "a label that occurs in training" : `0 to ${named.length - 1}, one of ${CLASS_NAMES_FILE}`;
      throw new IstaNasError(`idx ${pair.labelName}: label of image ${i} got ${label}, expected ${expected}`, {
        code: "E_IDX_LABEL",
      });
    });
  const parts = test === null ? [train] : [train, test];
  return {
    classNames: named ?? classLabels.map(String),
    shape: train.shape,
    pixels: test === null ? train.pixels : joined(train.pixels, test.pixels),
    labels: Uint16Array.from(parts.flatMap(toClasses)),
    trainCount: train.labels.length,
    testName: files.test?.images ?? null,
    seen: seenAlike(
      train.shape,
      parts.reduce((count, part) => count + part.labels.length, 0),
    ),
    files: hashes,
    ignored: files.ignored,
    notes: [],
    remarks: files.remarks,
  };
}

interface LoadedPair {
  readonly shape: ImageShape;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  readonly labelName: string;
}

function readPair(folder: string, pair: IdxPair, hashes: FileHash[]): LoadedPair {
  const images = readIdx(folder, pair.images, hashes);
  const labels = readIdx(folder, pair.labels, hashes);
  const [count = 0, height = 0, width = 0, channels = 1] = images.dimensions;
  const rank = images.dimensions.length;
  const isSide = (side: number): boolean => side > 0 && side <= LARGEST_SIDE;
  if (rank < 3 || rank > 4 || !isSide(height) || !isSide(width) || (channels !== 1 && channels !== 3)) {
    throw new IstaNasError(
      `idx ${pair.images}: got ${images.dimensions.join("x")}, expected NxHxW, or NxHxWxC of 1 or 3, sides up to ${LARGEST_SIDE}`,
      {
        code: "E_IDX_SHAPE",
      },
    );
  }
  if (labels.dimensions.length !== 1) {
    throw new IstaNasError(`idx ${pair.labels}: got ${countOf(labels.dimensions.length, "dimension")}, expected 1`, {
      code: "E_IDX_SHAPE",
    });
  }
  if (labels.values.length !== count) {
    throw new IstaNasError(
      `idx ${pair.labels}: got ${countOf(labels.values.length, "label")}, expected ${count} as in ${pair.images}`,
      {
        code: "E_IDX_COUNT",
        hint: "the two files are not a pair: download both again",
      },
    );
  }
  const shape = { height, width, channels: channels satisfies ChannelCount as ChannelCount };
  return { shape, pixels: images.values, labels: labels.values, labelName: pair.labels };
}

function readIdx(folder: string, name: string, hashes: FileHash[]): IdxArray {
  const bytes = readDataFile(folder, name, hashes);
  return decodeIdx(name.endsWith(".gz") ? unpack(bytes, name) : bytes, name);
}

/** Unpacks gzip, but no more than the header in the first bytes says: a small file may unpack to more than any memory holds. */
function unpack(bytes: Uint8Array, name: string): Uint8Array {
  try {
    if (bytes.length <= PREFIX) return gunzipSync(bytes);
    const flush = constants.Z_SYNC_FLUSH;
    const first = gunzipSync(bytes.subarray(0, PREFIX), { finishFlush: flush });
    const { length } = decodeIdxHeader(first, name);
    if (length > totalmem()) {
      throw new IstaNasError(`idx ${name}: its header says ${length} bytes, expected what fits the memory`, {
        code: "E_DATA_TOO_LARGE",
        hint: "download or copy it again",
      });
    }
    return gunzipSync(bytes, { maxOutputLength: length + 1 });
  } catch (cause) {
    if (cause instanceof IstaNasError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw new IstaNasError(`idx ${name}: too long, unpacks to more than the bytes that its header says`, {
        code: "E_IDX_TRAILING",
        hint: "download or copy it again",
      });
    }
    throw new IstaNasError(`idx ${name}: not a complete gzip file, got ${countOf(bytes.length, "byte")}`, {
      code: "E_IDX_GZIP",
      hint: "download or copy it again",
      cause,
    });
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function readClassNames(folder: string, name: string, hashes: FileHash[]): string[] {
  return new TextDecoder()
    .decode(readDataFile(folder, name, hashes))
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
