/** @file Reads a folder of IDX files: training images and labels, and a test pair if it has one, plain or gzipped, whatever they are called. */

import { totalmem } from "node:os";
import { constants, gunzipSync } from "node:zlib";
import { BOUNDS } from "../bounds.ts";
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import type { DataFolder } from "./data-folder.ts";
import { emnistClassName, firstEmnistLabel, transposed } from "./emnist.ts";
import type { FileHash } from "./file-hash.ts";
import { CLASS_NAMES_FILE, type IdxFolder, type IdxPair } from "./find-idx-files.ts";
import { decodeIdx, decodeIdxHeader, type IdxArray } from "./idx.ts";
import type { ChannelCount, ImageShape } from "./image-split.ts";
import { type RawImages, seenAlike } from "./raw-images.ts";
import { readDataFile } from "./read-data-file.ts";

const LARGEST_SIDE = BOUNDS.imageSide;
/** Packed bytes that surely hold the header of what was packed, and unpack to 8 MB at most. */
const PREFIX = 8192;

/**
 * Reads both pairs. Without a file of class names the classes are the labels that occur in training. Throws the errors of
 * `decodeIdx` and `E_IDX_GZIP`, `E_IDX_SHAPE`, `E_IDX_COUNT`, `E_IDX_LABEL`.
 */
export async function readIdxFolder(files: IdxFolder): Promise<RawImages> {
  const hashes: FileHash[] = [];
  const { emnist } = files;
  const train = readPair(files, files.train, hashes);
  const test = files.test === null ? null : readPair(files, files.test, hashes);
  if (test !== null && String(Object.values(test.shape)) !== String(Object.values(train.shape))) {
    const [got, expected] = [test.shape, train.shape].map((s) => `${s.width}x${s.height}x${s.channels}`);
    throw new IstaNasError(
      `idx ${files.test?.images}: images got ${got}, expected ${expected} (width x height x channels) as for training`,
      { code: "E_IDX_SHAPE" },
    );
  }
  const named = files.classNames === null ? null : readClassNames(files.folder, files.classNames, hashes);
  const mapping = emnist?.mapping == null ? null : readText(files.folder, emnist.mapping, hashes);
  const firstLabel = emnist === null ? 0 : firstEmnistLabel(emnist.set);
  const classLabels =
    named === null ? [...new Set(train.labels)].sort((a, b) => a - b) : named.map((_, index) => firstLabel + index);
  const nameOf = (label: number): string =>
    (emnist === null ? null : emnistClassName(emnist.set, label, mapping)) ?? String(label);
  const classOf = new Map(classLabels.map((label, index) => [label, index]));
  const toClasses = (pair: LoadedPair): number[] =>
    Array.from(pair.labels, (label, i) => {
      const index = classOf.get(label);
      if (index !== undefined) return index;
      const expected =
        named === null
          ? "a label that occurs in training"
          : `${firstLabel} to ${firstLabel + named.length - 1}, one of ${CLASS_NAMES_FILE}`;
      throw new IstaNasError(`idx ${pair.labelName}: label of image ${i} got ${label}, expected ${expected}`, {
        code: "E_IDX_LABEL",
      });
    });
  const parts = test === null ? [train] : [train, test];
  return {
    classNames: named ?? classLabels.map(nameOf),
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

function readPair({ folder, emnist }: IdxFolder, pair: IdxPair, hashes: FileHash[]): LoadedPair {
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
  const upright =
    emnist === null || rank > 3
      ? { shape, pixels: images.values }
      : { shape: { ...shape, height: width, width: height }, pixels: transposed(images.values, shape) };
  return { ...upright, labels: labels.values, labelName: pair.labels };
}

function readIdx(folder: DataFolder, name: string, hashes: FileHash[]): IdxArray {
  const bytes = readDataFile(folder, name, hashes);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const isIdx = bytes[0] === 0 && bytes[1] === 0;
  return decodeIdx(isGzip || (name.endsWith(".gz") && !isIdx) ? unpack(bytes, name) : bytes, name);
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

function readClassNames(folder: DataFolder, name: string, hashes: FileHash[]): string[] {
  return readText(folder, name, hashes)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function readText(folder: DataFolder, name: string, hashes: FileHash[]): string {
  return new TextDecoder().decode(readDataFile(folder, name, hashes));
}
