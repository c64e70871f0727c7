/**
 * @file Decodes many image files, a few at a time: headers first, to choose one shape for all, then pixels. Those at work together take no
 * more memory than one alone may.
 */
import { totalmem } from "node:os";
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { sha256 } from "../files/index.ts";
import type { DataFolder } from "./data-folder.ts";
import { DECODE_LIMIT } from "./decode-cost.ts";
import { HASH_BYTES } from "./file-hash.ts";
import { chooseFit, cropLoss, type Fit } from "./fit.ts";
import { type FittedShape, ImageDecoder, type ImageHeader, withImageFile } from "./image-decoder.ts";
import { type ImagePixels, type ImageShape, type ImageSize, imageLength } from "./image-split.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { MemoryPixels } from "./memory-pixels.ts";
import { chooseShape, type LoadProgress, type ReadOptions, type SeenImages } from "./read-images.ts";
import { UnreadableImage } from "./unreadable-image.ts";

/** Enough to keep the four threads that decode busy. */
const WORKER_COUNT = 8;
const PROGRESS_STRIDE = 64;
/** The shape of no images. */
const NOTHING: ImageShape = { height: 1, width: 1, channels: 1 };

/** A file that no pixels came of. */
export interface UndecodedFile {
  /** Position in the list of files. */
  readonly index: number;
  readonly reason: string;
  /** The file could not be opened: another try may fare better. */
  readonly isTransient: boolean;
}

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
}

/** Decodes the files at `paths` in `folder`. Unreadable files are listed, never thrown. Throws `E_DATA_TOO_LARGE` if the pixels do not fit the memory. */
export async function decodeFiles(
  folder: DataFolder,
  paths: readonly string[],
  options: ReadOptions,
): Promise<DecodedImages> {
  const decoder = await ImageDecoder.create(options.rules);
  const budget = new MemoryBudget(DECODE_LIMIT);
  const unreadable = new Map<number, UndecodedFile>();
  const headers: (ImageHeader | null)[] = paths.map(() => null);
  const hashes = new Uint8Array(paths.length * HASH_BYTES);
  const keepHash = (index: number, bytes: Uint8Array): void => hashes.set(sha256(bytes), index * HASH_BYTES);
  await runStage("sizes", paths.length, unreadable, options.onProgress, async (index) => {
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
  const pixels = allocate(seen === null ? 0 : paths.length, shape);
  await runStage("decode", paths.length, unreadable, options.onProgress, async (index) => {
    const decoded = await withImageFile(folder, paths[index]!, (file) =>
      budget.spend(headers[index]!.decodeBytes, () => {
        const bytes = file.read();
        keepHash(index, bytes);
        return decoder.decode(bytes, headers[index]!, { fit, shape });
      }),
    );
    pixels.set(decoded, index * length);
  });
  let kept = 0;
  for (let index = 0; index < paths.length; index++) {
    if (unreadable.has(index)) continue;
    if (kept !== index) pixels.copyWithin(kept * length, index * length, (index + 1) * length);
    kept++;
  }
  const sizes = Uint16Array.from(
    headers.flatMap((header, index) => (unreadable.has(index) ? [] : [header!.height, header!.width])),
  );
  const keptPixels = new MemoryPixels(shape, pixels.subarray(0, kept * length));
  return { shape, pixels: keptPixels, unreadable: sorted(unreadable), hashes, seen, sizes, fit };
}

/** Images `[N, H, W, C]` of one shape to another. */
export async function convertImages(
  pixels: Uint8Array,
  from: ImageShape,
  to: FittedShape,
  onProgress: ReadOptions["onProgress"],
): Promise<Uint8Array> {
  const decoder = await ImageDecoder.create();
  const [length, newLength] = [imageLength(from), imageLength(to.shape)];
  const count = pixels.length / length;
  const converted = allocate(count, to.shape);
  await runBounded("decode", count, onProgress, async (index) => {
    const image = pixels.subarray(index * length, (index + 1) * length);
    converted.set(await decoder.convert(image, from, to), index * newLength);
  });
  return converted;
}

/** Of the images that have a header. */
function meanCropLoss(headers: readonly (ImageSize | null)[], shape: ImageShape): number {
  const found = headers.filter((header) => header !== null);
  return found.reduce((sum, header) => sum + cropLoss(header, shape), 0) / Math.max(1, found.length);
}

function allocate(count: number, shape: ImageShape): Uint8Array {
  const bytes = count * imageLength(shape);
  const limit = totalmem();
  if (bytes <= limit) return new Uint8Array(bytes);
  const gigabytes = (amount: number): string => `${(amount / 1e9).toFixed(1)} GB`;
  const size = `${countOf(count, "image")} of ${shape.width}x${shape.height} (width x height) in ${shape.channels === 1 ? "grey" : "colour"}`;
  throw new IstaNasError(
    `data: ${size} got ${gigabytes(bytes)}, expected at most the ${gigabytes(limit)} of this machine`,
    {
      code: "E_DATA_TOO_LARGE",
      hint: "choose a smaller --image-size",
    },
  );
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
  total: number,
  unreadable: Map<number, UndecodedFile>,
  onProgress: ReadOptions["onProgress"],
  work: (index: number) => Promise<void>,
): Promise<void> {
  const failed: number[] = [];
  await runBounded(stage, total, onProgress, async (index) => {
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
  total: number,
  onProgress: ReadOptions["onProgress"],
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < total) {
      await work(next++);
      done++;
      if (done % PROGRESS_STRIDE === 0 || done === total) onProgress?.({ stage, done, total });
    }
  };
  await Promise.all(Array.from({ length: Math.min(WORKER_COUNT, total) }, worker));
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
