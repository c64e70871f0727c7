/** @file From the files of a layout to images of one shape, decoded or converted once and then taken from the cache. */
import { join, resolve } from "node:path";
import { printableName } from "../files/index.ts";
import { cifarFileNames, readCifarFolder } from "./cifar-folder.ts";
import type { ClassFolders } from "./class-folders.ts";
import { convertImages, type DecodedImages, decodeFiles, type UndecodedFile } from "./decode-files.ts";
import { fileHashes } from "./file-hash.ts";
import { idxFileNames } from "./find-idx-files.ts";
import { chooseFit, cropLoss } from "./fit.ts";
import { readIdxFolder } from "./idx-folder.ts";
import { type CachedImages, cachedImages, keptImages } from "./image-cache.ts";
import { ImageDecoder } from "./image-decoder.ts";
import { type DataLayout, fileStamps } from "./layout.ts";
import { chooseShape, type FileNote, type ReadImages, type ReadOptions } from "./read-images.ts";
import { TooManyBadImages } from "./too-many-bad-images.ts";

/** Reads all images of a layout. Throws `E_DATA_TOO_MANY_BAD` and what the readers throw. */
export function readLayout(layout: DataLayout, options: ReadOptions): Promise<ReadImages> {
  return layout.kind === "class-folders" ? readClassFolders(layout, options) : readPixelFiles(layout, options);
}

async function readClassFolders(layout: ClassFolders, options: ReadOptions): Promise<ReadImages> {
  const files = [...layout.train, ...(layout.test ?? [])];
  const names = files.map((file) => file.path);
  const paths = names.map((name) => join(layout.folder, name));
  const { images, failure } = await cached(layout.folder, names, options, () => decodeFiles(paths, options));
  const bad = new Set(images.unreadable.map((file) => file.index));
  const unreadable = images.unreadable.map(
    ({ index, reason }): FileNote => ({ path: printableName(names[index]!), reason }),
  );
  const rate = bad.size / files.length;
  if (images.seen === null || rate > options.maxBadImageRate)
    throw new TooManyBadImages(printableName(layout.folder), unreadable, files.length, options.maxBadImageRate);
  const kept = files.filter((_, index) => !bad.has(index));
  return {
    kind: layout.kind,
    classNames: layout.classNames,
    shape: images.shape,
    pixels: images.pixels,
    labels: Uint16Array.from(kept, (file) => file.label),
    trainCount: layout.train.filter((_, index) => !bad.has(index)).length,
    testName: layout.testName,
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

async function readPixelFiles(layout: Exclude<DataLayout, ClassFolders>, options: ReadOptions): Promise<ReadImages> {
  const raw = layout.kind === "idx" ? await readIdxFolder(layout) : await readCifarFolder(layout);
  const shape = chooseShape(raw.seen, options);
  const { trainCount } = raw;
  const isAlike =
    shape.height === raw.shape.height && shape.width === raw.shape.width && shape.channels === raw.shape.channels;
  const names = layout.kind === "idx" ? idxFileNames(layout) : cifarFileNames(layout);
  const fit = options.fit ?? chooseFit(cropLoss(raw.shape, shape));
  const { height, width } = raw.shape;
  const sizes = Uint16Array.from({ length: 2 * raw.labels.length }, (_, at) => (at % 2 === 0 ? height : width));
  const convert = async (): Promise<DecodedImages> => {
    const pixels = await convertImages(raw.pixels, raw.shape, { fit, shape }, options.onProgress);
    const unreadable: readonly UndecodedFile[] = [];
    return { shape, pixels, unreadable, hashes: new Uint8Array(0), seen: raw.seen, sizes, fit };
  };
  const converted = isAlike ? null : await cached(layout.folder, names, options, convert);
  return {
    ...raw,
    kind: layout.kind,
    ...{ shape, sizes, fit },
    pixels: converted?.images.pixels ?? raw.pixels,
    decoder: isAlike ? null : (await ImageDecoder.create()).version,
    unreadable: [],
    notes: [...raw.notes, ...cacheNotes(converted?.failure ?? null)],
    nameOf: (index) => (index < trainCount ? `training image ${index}` : `test image ${index - trainCount}`),
  };
}

async function cached(
  folder: string,
  names: readonly string[],
  options: ReadOptions,
  decode: () => Promise<DecodedImages>,
): Promise<Pick<CachedImages, "images" | "failure">> {
  const { cacheFolder, imageSize = null, colour = null, rules } = options;
  if (cacheFolder === undefined) return { images: await decode(), failure: null };
  const { version } = await ImageDecoder.create(rules);
  const files = fileStamps(folder, names);
  const entry = (fit: ReadOptions["fit"]) => ({
    folder: cacheFolder,
    subject: JSON.stringify([resolve(folder), imageSize, colour, fit ?? null, ...(rules === "earlier" ? [rules] : [])]),
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
