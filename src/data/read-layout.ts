/** @file From the files of a layout to images of one shape, decoded or converted once and then taken from the cache. */
import { resolve } from "node:path";
import { printableName } from "../files/index.ts";
import { cifarFileNames, readCifarFolder } from "./cifar-folder.ts";
import { convertImages, type DecodedImages, decodeFiles, type UndecodedFile } from "./decode-files.ts";
import { fileHashes } from "./file-hash.ts";
import { idxFileNames } from "./find-idx-files.ts";
import { chooseFit, cropLoss } from "./fit.ts";
import { readIdxFolder } from "./idx-folder.ts";
import { type CachedImages, cachedImages, keptImages } from "./image-cache.ts";
import { ImageDecoder } from "./image-decoder.ts";
import { allFiles, type LabelledFiles } from "./labelled-files.ts";
import type { DataLayout } from "./layout.ts";
import { readNpzFile } from "./npz-file.ts";
import type { RawImages } from "./raw-images.ts";
import { chooseShape, type FileNote, type ReadImages, type ReadOptions } from "./read-images.ts";
import { TooManyBadImages } from "./too-many-bad-images.ts";

/** Reads all images of a layout. Throws `E_DATA_TOO_MANY_BAD` and what the readers throw. */
export function readLayout(layout: DataLayout, options: ReadOptions): Promise<ReadImages> {
  switch (layout.kind) {
    case "idx":
    case "cifar-10":
    case "cifar-100":
    case "npz":
      return readPixelFiles(layout, options);
    default:
      return readLabelledFiles(layout, options);
  }
}

async function readLabelledFiles(layout: LabelledFiles, options: ReadOptions): Promise<ReadImages> {
  const files = allFiles(layout);
  const names = files.map((file) => file.path);
  const decode = () => decodeFiles(layout.folder, names, options);
  const { images, failure } = await cached(layout, names, options, decode);
  const bad = new Set(images.unreadable.map((file) => file.index));
  const unreadable = images.unreadable.map(
    ({ index, reason }): FileNote => ({ path: printableName(names[index]!), reason }),
  );
  const rate = bad.size / files.length;
  if (images.seen === null || rate > options.maxBadImageRate)
    throw new TooManyBadImages(printableName(layout.folder.path), unreadable, files.length, options.maxBadImageRate);
  const validationStart = layout.train.length + (layout.test?.length ?? 0);
  const kept = files.filter((_, index) => !bad.has(index));
  return {
    kind: layout.kind,
    classNames: layout.classNames,
    shape: images.shape,
    pixels: images.pixels,
    labels: Uint16Array.from(kept, (file) => file.label),
    ...(layout.otherTasks === undefined
      ? {}
      : {
          otherTasks: layout.otherTasks.map((task, index) => ({
            ...task,
            labels: Uint16Array.from(kept, (file) => file.otherLabels![index]!),
          })),
        }),
    trainCount: layout.train.filter((_, index) => !bad.has(index)).length,
    testName: layout.testName,
    validationCount: files.filter((_, index) => index >= validationStart && !bad.has(index)).length,
    validationName: layout.validationName,
    seen: images.seen,
    sizes: images.sizes,
    fit: images.fit,
    files: fileHashes(names, images.hashes),
    decoder: (await ImageDecoder.create(options.rules)).version,
    unreadable,
    ignored: layout.ignored,
    notes: [...layout.notes, ...cacheNotes(failure)],
    remarks: layout.remarks,
    nameOf: (index) => printableName(kept[index]!.path),
  };
}

async function readPixelFiles(layout: Exclude<DataLayout, LabelledFiles>, options: ReadOptions): Promise<ReadImages> {
  const { names, raw } = await readPixels(layout);
  const shape = chooseShape(raw.seen, options);
  const { trainCount } = raw;
  const isAlike =
    shape.height === raw.shape.height && shape.width === raw.shape.width && shape.channels === raw.shape.channels;
  const fit = options.fit ?? chooseFit(cropLoss(raw.shape, shape));
  const { height, width } = raw.shape;
  const sizes = Uint16Array.from({ length: 2 * raw.labels.length }, (_, at) => (at % 2 === 0 ? height : width));
  const convert = async (): Promise<DecodedImages> => {
    const pixels = await convertImages(raw.pixels, raw.shape, { fit, shape }, options.onProgress);
    const unreadable: readonly UndecodedFile[] = [];
    return { shape, pixels, unreadable, hashes: new Uint8Array(0), seen: raw.seen, sizes, fit };
  };
  const converted = isAlike
    ? null
    : await cached(
        { folder: layout.folder, subject: layout.kind === "npz" ? layout.file : null },
        names,
        options,
        convert,
      );
  const { validationCount = 0, validationName = null } = raw;
  const validationStart = raw.labels.length - validationCount;
  const nameOf = (index: number): string => {
    if (index < trainCount) return `training image ${index}`;
    return index < validationStart ? `test image ${index - trainCount}` : `validation image ${index - validationStart}`;
  };
  return {
    ...raw,
    kind: layout.kind,
    ...{ validationCount, validationName, shape, sizes, fit },
    pixels: converted?.images.pixels ?? raw.pixels,
    decoder: isAlike ? null : (await ImageDecoder.create()).version,
    unreadable: [],
    notes: [...raw.notes, ...cacheNotes(converted?.failure ?? null)],
    nameOf,
  };
}

/** The images of pixel files, and the names of the files that they depend on. */
async function readPixels(
  layout: Exclude<DataLayout, LabelledFiles>,
): Promise<{ readonly names: readonly string[]; readonly raw: RawImages }> {
  switch (layout.kind) {
    case "idx":
      return { names: idxFileNames(layout), raw: await readIdxFolder(layout) };
    case "npz":
      return { names: [layout.file], raw: await readNpzFile(layout) };
    default:
      return { names: cifarFileNames(layout), raw: await readCifarFolder(layout) };
  }
}

async function cached(
  { folder, subject: own }: Pick<LabelledFiles, "folder" | "subject">,
  names: readonly string[],
  options: ReadOptions,
  decode: () => Promise<DecodedImages>,
): Promise<Pick<CachedImages, "images" | "failure">> {
  const { cacheFolder, imageSize = null, colour = null, rules } = options;
  if (cacheFolder === undefined) return { images: await decode(), failure: null };
  const { version } = await ImageDecoder.create(rules);
  const others = [...(rules === "present" ? [] : [rules]), ...(own === null ? [] : [own])];
  const files = names.map((name) => folder.stampOf(name));
  const entry = (fit: ReadOptions["fit"]) => ({
    folder: cacheFolder,
    subject: JSON.stringify([resolve(folder.path), imageSize, colour, fit ?? null, ...others]),
    madeFrom: { version, imageSize, colour, fit: fit ?? null, files },
  });
  // A run that goes on asks for what was chosen when it began.
  const chosen = options.fit === undefined ? null : await keptImages(entry(undefined));
  if (chosen !== null && chosen.fit === options.fit) return { images: chosen, failure: null };
  return cachedImages(entry(options.fit), decode);
}

function cacheNotes(failure: string | null): readonly string[] {
  return failure === null ? [] : [`decoded images could not be kept for the next time: ${failure}`];
}
