/**
 * @file Decodes many image files, a few at a time: headers first, to choose one shape for all, then pixels. Those at work together take no
 * more memory than one alone may.
 */
import { sha256 } from "../files/index.ts";
import { ChosenPixels } from "./chosen-pixels.ts";
import type { DataFolder } from "./data-folder.ts";
import { DECODE_LIMIT } from "./decode-cost.ts";
import { HASH_BYTES } from "./file-hash.ts";
import { chooseFit, cropLoss, type Fit } from "./fit.ts";
import { type FittedShape, ImageDecoder, type ImageHeader, withImageFile } from "./image-decoder.ts";
import { isSameShape, type ShardPlace } from "./image-shards.ts";
import { type ImagePixels, type ImageShape, type ImageSize, imageLength } from "./image-split.ts";
import { type ImagePart, makePixels, type PixelWork } from "./make-pixels.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { chooseShape, type LoadProgress, type ReadOptions, type SeenImages } from "./read-images.ts";
import type { UndecodedFile } from "./undecoded-file.ts";
import { UnreadableImage } from "./unreadable-image.ts";

/** Enough to keep the four threads that decode busy. */
const WORKER_COUNT = 8;
const PROGRESS_STRIDE = 64;
/** The shape of no images. */
const NOTHING: ImageShape = { height: 1, width: 1, channels: 1 };

/** Pixels of all files that could be read, in the order of the list. */
export interface DecodedImages {
  readonly shape: ImageShape;
  /** Unreadable files left out. */
  readonly pixels: ImagePixels;
  readonly unreadable: readonly UndecodedFile[];
  /** SHA-256 of every file `[N, 32]`, unreadable ones too; zeros for one that could not be opened. */
  readonly hashes: Uint8Array;
  /** Null if no file could be read. */
  readonly seen: SeenImages | null;
  /** Height and width of each image as it was found, `[N, 2]`, unreadable files left out. */
  readonly sizes: Uint16Array;
  /** What was asked for, or chosen. What `pad` left free is still 0. */
  readonly fit: Fit;
  /** How many images each shard has, where they are in shards; null where they are in memory. */
  readonly imagesPerShard: number | null;
}

/**
 * Decodes the files at `paths` in `folder`, into memory or, where that is more than `options.imageMemory`, into shards at `place`. Unreadable files are listed,
 * never thrown. Throws `E_DATA_TOO_LARGE` if the pixels do not fit the memory and there is no place, and `E_DATA_KEEP`.
 */
export async function decodeFiles(
  folder: DataFolder,
  paths: readonly string[],
  options: ReadOptions,
  place: ShardPlace | null,
): Promise<DecodedImages> {
  const decoder = await ImageDecoder.create(options.rules);
  const budget = new MemoryBudget(DECODE_LIMIT);
  const unreadable = new Map<number, UndecodedFile>();
  const headers: (ImageHeader | null)[] = paths.map(() => null);
  const hashes = new Uint8Array(paths.length * HASH_BYTES);
  const keepHash = (index: number, bytes: Uint8Array): void => hashes.set(sha256(bytes), index * HASH_BYTES);
  const all = { start: 0, end: paths.length, total: paths.length };
  await runStage("sizes", all, unreadable, options.onProgress, async (index) => {
    headers[index] = await withImageFile(folder, paths[index]!, (file) =>
      budget.spend(file.size, async () => {
        const bytes = file.read();
        try {
          return await decoder.header(bytes);
        } catch (error) {
          keepHash(index, bytes);
          throw error;
        }
      }),
    );
  });
  const seen = summarise(headers.filter((header) => header !== null));
  const shape = seen === null ? NOTHING : chooseShape(seen, options);
  const fit = options.fit ?? chooseFit(meanCropLoss(headers, shape));
  const length = imageLength(shape);
  const work: PixelWork = {
    shape,
    count: seen === null ? 0 : paths.length,
    async make(part, pixels) {
      await runStage("decode", part, unreadable, options.onProgress, async (index) => {
        const decoded = await withImageFile(folder, paths[index]!, (file) =>
          budget.spend(headers[index]!.decodeBytes, () => {
            const bytes = file.read();
            keepHash(index, bytes);
            return decoder.decode(bytes, headers[index]!, { fit, shape });
          }),
        );
        pixels.set(decoded, (index - part.start) * length);
      });
      return {
        hashes: hashes.subarray(part.start * HASH_BYTES, part.end * HASH_BYTES),
        unreadable: sorted(unreadable).filter(({ index }) => index >= part.start && index < part.end),
      };
    },
    take(part, files) {
      hashes.set(files.hashes, part.start * HASH_BYTES);
      for (const file of files.unreadable) unreadable.set(file.index, file);
      options.onProgress?.({ stage: "decode", done: part.end, total: part.total });
    },
  };
  const { pixels: places, imagesPerShard } = await makePixels(work, options.imageMemory, place);
  const kept = Uint32Array.from(paths.keys()).filter((index) => !unreadable.has(index));
  const pixels = kept.length === places.count ? places : new ChosenPixels(places, kept);
  const sizes = Uint16Array.from({ length: 2 * kept.length }, (_, at) => {
    const header = headers[kept[at >> 1]!]!;
    return at % 2 === 0 ? header.height : header.width;
  });
  return { shape, pixels, unreadable: sorted(unreadable), hashes, seen, sizes, fit, imagesPerShard };
}

/** Images of one shape, `raw`, to another, into memory or into shards as `decodeFiles` does. */
export async function convertImages(
  raw: ImagePixels,
  to: FittedShape,
  { imageMemory, onProgress }: Pick<ReadOptions, "imageMemory" | "onProgress">,
  place: ShardPlace | null,
): Promise<Pick<DecodedImages, "pixels" | "imagesPerShard">> {
  const decoder = await ImageDecoder.create();
  const length = imageLength(to.shape);
  const work: PixelWork = {
    shape: to.shape,
    count: raw.count,
    async make(part, pixels) {
      await runBounded("decode", part, onProgress, async (index) => {
        const image = raw.range(index, index + 1);
        const converted = isSameShape(raw.shape, to.shape) ? image : await decoder.convert(image, raw.shape, to);
        pixels.set(converted, (index - part.start) * length);
      });
      return { hashes: new Uint8Array((part.end - part.start) * HASH_BYTES), unreadable: [] };
    },
    take: ({ end: done, total }) => onProgress?.({ stage: "decode", done, total }),
  };
  return makePixels(work, imageMemory, place);
}

/** Of the images that have a header. */
function meanCropLoss(headers: readonly (ImageSize | null)[], shape: ImageShape): number {
  const found = headers.filter((header) => header !== null);
  return found.reduce((sum, header) => sum + cropLoss(header, shape), 0) / Math.max(1, found.length);
}

function sorted(files: ReadonlyMap<number, UndecodedFile>): UndecodedFile[] {
  return [...files.values()].sort((a, b) => a.index - b.index);
}

/**
 * Works through the files that are not in `unreadable` and puts those that fail there. A failed file is tried once more on
 * its own: the decoder's messages are shared by its threads, so that in a crowd a file may get another one's, or none.
 */
async function runStage(
  stage: LoadProgress["stage"],
  part: ImagePart,
  unreadable: Map<number, UndecodedFile>,
  onProgress: ReadOptions["onProgress"],
  work: (index: number) => Promise<void>,
): Promise<void> {
  const failed: number[] = [];
  await runBounded(stage, part, onProgress, async (index) => {
    if (unreadable.has(index)) return;
    try {
      await work(index);
    } catch (error) {
      if (!(error instanceof UnreadableImage)) throw error;
      failed.push(index);
    }
  });
  for (const index of failed) {
    try {
      await work(index);
    } catch (error) {
      if (!(error instanceof UnreadableImage)) throw error;
      unreadable.set(index, { index, reason: error.message, isTransient: error.isTransient });
    }
  }
}

async function runBounded(
  stage: LoadProgress["stage"],
  { start, end, total }: ImagePart,
  onProgress: ReadOptions["onProgress"],
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = start;
  let done = start;
  const worker = async (): Promise<void> => {
    while (next < end) {
      await work(next++);
      done++;
      if (done % PROGRESS_STRIDE === 0 || done === end) onProgress?.({ stage, done, total });
    }
  };
  await Promise.all(Array.from({ length: Math.min(WORKER_COUNT, end - start) }, worker));
}

function summarise(headers: readonly ImageHeader[]): SeenImages | null {
  if (headers.length === 0) return null;
  const fold = (key: "height" | "width", pick: (a: number, b: number) => number): number =>
    headers.reduce((value, header) => pick(value, header[key]), headers[0]![key]);
  const greyCount = headers.filter((header) => header.channels === 1).length;
  return {
    smallest: { height: fold("height", Math.min), width: fold("width", Math.min) },
    largest: { height: fold("height", Math.max), width: fold("width", Math.max) },
    greyCount,
    colourCount: headers.length - greyCount,
    alphaCount: headers.filter((header) => header.hasAlpha).length,
  };
}
