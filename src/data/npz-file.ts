/**
 * @file Images and labels in an archive of NumPy (`.npz`): `x_train`, `y_train`, and `x_test`, `y_test` and `x_val`, `y_val` if there are; also as Keras,
 * MedMNIST and others call them. Images are bytes, or real numbers of 0 to 1 or 0 to 255.
 */
import { totalmem } from "node:os";
import { BOUNDS } from "../bounds.ts";
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { compareCodePoints, printableName, UnreadableFile } from "../files/index.ts";
import { ArchiveFolder } from "./archive-folder.ts";
import type { DataFolder } from "./data-folder.ts";
import type { FileHash } from "./file-hash.ts";
import { type ChannelCount, type ImageShape, imageLength } from "./image-split.ts";
import { decodeNpy, type NpyArray, npzError } from "./npy.ts";
import { type RawImages, seenAlike } from "./raw-images.ts";
import { readDataFile } from "./read-data-file.ts";

/** Names of the arrays of a split, in lower case: `x_` and `y_`, or whole names. */
const SPLITS = {
  train: ["train", "training"],
  test: ["test", "testing"],
  validation: ["val", "valid", "validation"],
} as const;
type Split = keyof typeof SPLITS;
const NAMES_ARRAYS: readonly string[] = ["class_names", "label_names"];
const READ =
  "read are x_train and y_train, x_test and y_test, x_val and y_val, or train_images and train_labels and so on";

/** A file in a folder. */
export interface NpzFile {
  readonly kind: "npz";
  readonly folder: DataFolder;
  readonly file: string;
}

interface SplitArrays {
  readonly split: Split;
  readonly shape: ImageShape;
  /** NCHW on the file. */
  readonly isPlanar: boolean;
  readonly images: NpyArray;
  readonly labels: NpyArray;
  readonly imagesName: string;
  readonly labelsName: string;
}

/** Reads all arrays. Throws `E_NPZ` for what is wrong in them, `E_DATA_UNREADABLE`, and the errors of archives. */
export async function readNpzFile({ folder, file }: NpzFile): Promise<RawImages> {
  const hashes: FileHash[] = [];
  const archive = ArchiveFolder.of(file, readDataFile(folder, file, hashes));
  const names = archive
    .list("")
    .filter(({ isFolder }) => !isFolder)
    .map(({ name }) => name);
  const read = (name: string): NpyArray => decodeNpy(`${file}: ${name}`, entryOf(archive, file, name));
  const taken: string[] = [];
  const find = (split: Split): SplitArrays | null => {
    const [images, labels] = [arrayName(names, split, "x"), arrayName(names, split, "y")];
    if (images === undefined && labels === undefined) return null;
    if (images === undefined || labels === undefined) {
      const [there, missing] = images === undefined ? [labels, "images"] : [images, "labels"];
      throw npzError(file, `${printableName(there!)} is there without its ${missing}`, READ);
    }
    taken.push(images, labels);
    return splitArrays(file, split, { name: images, array: read(images) }, { name: labels, array: read(labels) });
  };
  const [train, test, validation] = [find("train"), find("test"), find("validation")];
  if (train === null) throw npzError(file, `got ${names.slice(0, 6).map(printableName).join(", ") || "nothing"}`, READ);
  const tested = test ?? validation;
  const validated = test === null ? null : validation;
  const parts = [train, tested, validated].filter((part) => part !== null);
  assertAlike(file, parts);
  const namesArray = names.find((name) => NAMES_ARRAYS.includes(baseName(name)));
  const named = namesArray === undefined ? null : namesOf(read(namesArray));
  const { classNames, labels } = classesOf(file, parts, named);
  const count = parts.reduce((sum, { images }) => sum + images.shape[0]!, 0);
  const isUnit = isWithinUnit(file, parts);
  return {
    classNames,
    shape: train.shape,
    pixels: pixelsOf(parts, train.shape, count, isUnit),
    labels,
    trainCount: train.images.shape[0]!,
    testName: tested === null ? null : printableName(tested.imagesName),
    ...(validated === null
      ? {}
      : { validationCount: validated.images.shape[0]!, validationName: printableName(validated.imagesName) }),
    seen: seenAlike(train.shape, count),
    files: hashes,
    ignored: names.filter((name) => !taken.includes(name) && name !== namesArray),
    notes: [],
    remarks: isUnit ? ["real numbers of 0 to 1 become bytes of 0 to 255"] : [],
  };
}

function baseName(name: string): string {
  return name.replace(/\.npy$/, "").toLowerCase();
}

function arrayName(names: readonly string[], split: Split, kind: "x" | "y"): string | undefined {
  const words = kind === "x" ? ["images", "data"] : ["labels", "targets"];
  const known = SPLITS[split].flatMap((word) => [
    `${kind}_${word}`,
    `${word}_${kind}`,
    ...words.map((what) => `${word}_${what}`),
  ]);
  return names.find((name) => known.includes(baseName(name)));
}

function entryOf(archive: ArchiveFolder, file: string, name: string): Uint8Array {
  try {
    const entry = archive.open(name);
    if (entry.size <= totalmem()) return entry.read();
    throw new IstaNasError(
      `data ${printableName(file)}: ${printableName(name)} got ${entry.size} bytes, expected what fits the memory`,
      {
        code: "E_DATA_TOO_LARGE",
        hint: "use fewer images, or a machine with more memory",
      },
    );
  } catch (cause) {
    if (cause instanceof UnreadableFile)
      throw npzError(file, `${printableName(name)} ${cause.message}`, "download or copy it again");
    throw cause;
  }
}

function splitArrays(
  file: string,
  split: Split,
  images: { readonly name: string; readonly array: NpyArray },
  labels: { readonly name: string; readonly array: NpyArray },
): SplitArrays {
  const { shape: sides, kind } = images.array;
  const [count = 0] = sides;
  const shown = sides.join("x");
  if (kind === "text" || sides.length < 3 || sides.length > 4) {
    throw npzError(
      file,
      `${images.name} got ${shown || "one value"}, expected images as N x H x W, N x H x W x C or N x C x H x W`,
      READ,
    );
  }
  const isColour = (channels: number | undefined): boolean => channels === 1 || channels === 3;
  const [last, planar] = [sides.length === 3 || isColour(sides[3]), sides.length === 4 && isColour(sides[1])];
  if (last === planar) {
    const reason = last ? "which may be N x H x W x C or N x C x H x W" : "expected 1 or 3 channels";
    throw npzError(
      file,
      `${images.name} got ${shown}, ${reason}`,
      "transpose it to N x H x W x C, with H other than 1 and 3",
    );
  }
  const [height, width, channels] = planar ? [sides[2]!, sides[3]!, sides[1]!] : [sides[1]!, sides[2]!, sides[3] ?? 1];
  const isSide = (side: number): boolean => side > 0 && side <= BOUNDS.imageSide;
  if (!isSide(height) || !isSide(width)) {
    throw npzError(file, `${images.name} got ${shown}, expected sides up to ${BOUNDS.imageSide}`, READ);
  }
  const [labelCount = 0, ...rest] = labels.array.shape;
  if (rest.length > 1 || (rest[0] ?? 1) !== 1) {
    throw npzError(
      file,
      `${labels.name} got ${labels.array.shape.join("x")}, expected a label for each image`,
      "of one-hot labels save y.argmax(axis=1)",
    );
  }
  if (labels.array.shape.length === 0 || labelCount !== count) {
    throw npzError(
      file,
      `${labels.name} got ${countOf(labelCount, "label")}, expected ${count} as in ${images.name}`,
      READ,
    );
  }
  const shape = { height, width, channels: channels as ChannelCount };
  const arrays = { images: images.array, labels: labels.array, imagesName: images.name, labelsName: labels.name };
  return { split, shape, isPlanar: planar, ...arrays };
}

function assertAlike(file: string, parts: readonly SplitArrays[]): void {
  const text = ({ height, width, channels }: ImageShape): string => `${width}x${height}x${channels}`;
  const [first] = parts;
  const other = parts.find(({ shape }) => text(shape) !== text(first!.shape));
  if (other === undefined) return;
  const got = `${other.imagesName} got images of ${text(other.shape)}, expected ${text(first!.shape)}`;
  throw npzError(file, `${got} (width x height x channels) as in ${first!.imagesName}`, "make all images one size");
}

function namesOf(array: NpyArray): readonly string[] {
  return Array.from({ length: array.count }, (_, index) => array.text(index));
}

/** Classes are those that occur in training: numbers in their order, or text by code point; `named` gives numbers from 0 on their names. */
function classesOf(file: string, parts: readonly SplitArrays[], named: readonly string[] | null) {
  const [train] = parts;
  const isText = train!.labels.kind === "text";
  const keyOf = ({ labels, labelsName }: SplitArrays, index: number): string => {
    if ((labels.kind === "text") !== isText) throw npzError(file, `${labelsName} mixes text with numbers`, READ);
    if (isText) return labels.text(index);
    const number = labels.number(index);
    if (Number.isSafeInteger(number)) return String(number);
    throw npzError(file, `${labelsName}: label of image ${index} got ${number}, expected a whole number`, READ);
  };
  const keys = parts.map((part) => Array.from({ length: part.images.shape[0]! }, (_, index) => keyOf(part, index)));
  const own = [...new Set(keys[0])].sort(isText ? compareCodePoints : (a, b) => Number(a) - Number(b));
  const isNamed = named !== null && !isText;
  const classKeys = isNamed ? named.map((_, index) => String(index)) : own;
  const classOf = new Map(classKeys.map((key, index) => [key, index]));
  if (classKeys.length > BOUNDS.classes) {
    throw npzError(file, `got ${countOf(classKeys.length, "class")}, expected at most ${BOUNDS.classes}`, READ);
  }
  const labels = parts.flatMap(({ labelsName }, part) =>
    keys[part]!.map((key, index) => {
      const label = classOf.get(key);
      if (label !== undefined) return label;
      const expected = isNamed
        ? `0 to ${named.length - 1}, one of the names of classes`
        : "a label that occurs in training";
      throw npzError(
        file,
        `${labelsName}: label of image ${index} got ${printableName(key)}, expected ${expected}`,
        READ,
      );
    }),
  );
  return { classNames: isNamed ? named : own, labels: Uint16Array.from(labels) };
}

/** Whether real numbers are 0 to 1, those of all splits together. */
function isWithinUnit(file: string, parts: readonly SplitArrays[]): boolean {
  let isUnit = true;
  let isReal = false;
  for (const { images, imagesName } of parts) {
    isReal ||= images.kind === "real";
    for (let i = 0; i < images.count && !images.isBytes; i++) {
      const value = images.number(i);
      if (value >= 0 && value <= 255) isUnit &&= value <= 1;
      else {
        const hint = "save the images as they are, x.astype('uint8'): they are normalised here";
        throw npzError(file, `${imagesName}: element ${i} got ${value}, expected 0 to 1 or 0 to 255`, hint);
      }
    }
    if (images.isBytes) isUnit = false;
  }
  return isUnit && isReal;
}

function pixelsOf(parts: readonly SplitArrays[], shape: ImageShape, count: number, isUnit: boolean): Uint8Array {
  const length = imageLength(shape);
  const pixels = new Uint8Array(count * length);
  const { channels } = shape;
  const plane = length / channels;
  let at = 0;
  for (const { images, isPlanar } of parts) {
    if (images.isBytes && (!isPlanar || channels === 1)) pixels.set(images.bytes, at);
    else {
      for (let i = 0; i < images.count; i++) {
        const inImage = i % length;
        const place = isPlanar ? (inImage % plane) * channels + Math.floor(inImage / plane) : inImage;
        const value = images.number(i);
        pixels[at + i - inImage + place] = Math.round(isUnit ? value * 255 : value);
      }
    }
    at += images.count;
  }
  return pixels;
}
