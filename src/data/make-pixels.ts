/** @file Makes the pixels of many images, in memory if they fit, else shard by shard on disk, where only those are made that are not there yet. */
import { constants } from "node:buffer";
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { holdFolder } from "../files/index.ts";
import { ImageShards, imagesPerShard, type ShardFiles, type ShardPlace } from "./image-shards.ts";
import { type ImagePixels, type ImageShape, imageLength } from "./image-split.ts";
import { MemoryPixels } from "./memory-pixels.ts";

/** Images from `start` to before `end`, of `total`. */
export interface ImagePart {
  readonly start: number;
  readonly end: number;
  readonly total: number;
}

export interface PixelWork {
  readonly shape: ImageShape;
  readonly count: number;
  /** Writes the pixels of a part, whose first image begins at 0; what has none stays 0. */
  make(part: ImagePart, pixels: Uint8Array): Promise<ShardFiles>;
  /** Of a part whose pixels are there. */
  take(part: ImagePart, files: ShardFiles): void;
}

export interface MadePixels {
  readonly pixels: ImagePixels;
  /** Null where they are in memory. */
  readonly imagesPerShard: number | null;
}

/** Whether so many bytes are to be in memory where `memory` of it are for images: an array has an end too. */
export function fitsMemory(bytes: number, memory: number): boolean {
  return bytes <= Math.min(memory, constants.MAX_LENGTH);
}

/** Throws `E_DATA_TOO_LARGE` for more than `memory` without a place for shards, and `E_DATA_KEEP` if shards cannot be written there. */
export async function makePixels(work: PixelWork, memory: number, place: ShardPlace | null): Promise<MadePixels> {
  const { shape, count } = work;
  const bytes = count * imageLength(shape);
  if (fitsMemory(bytes, memory)) {
    const pixels = new Uint8Array(bytes);
    await work.make({ start: 0, end: count, total: count }, pixels);
    return { pixels: new MemoryPixels(shape, pixels), imagesPerShard: null };
  }
  if (place === null) throw tooLarge(work, bytes, memory);
  const size = imagesPerShard(shape, memory);
  const shards = new ImageShards({ ...place, shape, count, imagesPerShard: size });
  const missing: number[] = [];
  for (let shard = 0; shard < shards.shardCount; shard++) {
    const [start, end] = shards.imagesOf(shard);
    const files = shards.open(shard);
    if (files === null || files.unreadable.some(({ isTransient }) => isTransient)) missing.push(shard);
    else work.take({ start, end, total: count }, files);
  }
  shards.assertRoom(missing.length);
  holdFolder(place.folder);
  let writing: Promise<void> = Promise.resolve();
  for (const shard of missing) {
    const [start, end] = shards.imagesOf(shard);
    const pixels = new Uint8Array((end - start) * imageLength(shape));
    const files = await work.make({ start, end, total: count }, pixels);
    await writing;
    writing = shards.write(shard, pixels, files);
    // Where the next one cannot be made, nobody waits for this one.
    writing.catch(() => {});
  }
  await writing;
  return { pixels: shards, imagesPerShard: size };
}

function tooLarge({ shape, count }: PixelWork, bytes: number, memory: number): IstaNasError {
  const gigabytes = (amount: number): string => `${(amount / 1e9).toFixed(1)} GB`;
  const size = `${countOf(count, "image")} of ${shape.width}x${shape.height} (width x height) in ${shape.channels === 1 ? "grey" : "colour"}`;
  return new IstaNasError(
    `data: ${size} got ${gigabytes(bytes)}, expected at most the ${gigabytes(memory)} of memory for images, or a cacheFolder for more`,
    {
      code: "E_DATA_TOO_LARGE",
      kind: "usage",
      hint: "name a cacheFolder, choose a smaller imageSize, or raise imageMemory",
    },
  );
}
