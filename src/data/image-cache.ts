/**
 * @file Decoded images on disk, so that a folder is decoded once. A file is a length, a header, the pixels unless they are in shards, the SHA-256 of every file that
 * they came from, the size of each image, and the SHA-256 of all that; the header carries the key of what it was made from. A file that is damaged or made from something else is made anew.
 */
import { constants, readdirSync, rmSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { clearLeftovers, holdFolder, isHeld, parseJson, sha256, writeWholeFileInParts } from "../files/index.ts";
import { ChosenPixels } from "./chosen-pixels.ts";
import type { DecodedImages } from "./decode-files.ts";
import { HASH_BYTES } from "./file-hash.ts";
import { FITS, type Fit } from "./fit.ts";
import { ImageShards, type ShardPlace } from "./image-shards.ts";
import { type ImagePixels, type ImageShape, imageLength } from "./image-split.ts";
import { fitsMemory } from "./make-pixels.ts";
import { MemoryPixels } from "./memory-pixels.ts";
import type { SeenImages } from "./read-images.ts";
import type { UndecodedFile } from "./undecoded-file.ts";

/** Part of every key: raise it when the same files would give other pixels or another file format. */
const FORMAT_VERSION = 4;
const CHUNK = 1 << 26;
const DIGEST_BYTES = 32;
/** Height and width of an image. */
const SIZE_BYTES = 4;
/** What earlier versions left behind when they were killed while they wrote. */
const OLDER_LEFTOVERS = /^[0-9a-f]{16}\.images\.\d+\.tmp$/;
const FILE_END = ".images";
const SHARD_FOLDER = /^[0-9a-f]{16}-[0-9a-f]{16}$/;
/** Bytes: it lists the images that were left out, a few of many. */
const LARGEST_HEADER = 64 * 2 ** 20;

export interface CacheEntry {
  /** Folder of all cache files; made if need be. */
  readonly folder: string;
  /** What one file is kept for, such as a path and options: a newer key replaces an older one. */
  readonly subject: string;
  /** Everything that the pixels depend on. */
  readonly madeFrom: unknown;
}

export interface CachedImages {
  readonly images: DecodedImages;
  readonly wasCached: boolean;
  /** Why the images could not be kept, null if they were. */
  readonly failure: string | null;
}

interface CacheHeader {
  readonly key: string;
  readonly shape: ImageShape;
  readonly count: number;
  /** Files that the images came from, those that could not be read too. */
  readonly fileCount: number;
  readonly unreadable: readonly UndecodedFile[];
  readonly seen: SeenImages | null;
  readonly fit: Fit;
  /** Missing where the pixels are in the file. */
  readonly imagesPerShard?: number | undefined;
}

const count = z.int().min(0);
const size = z.object({ height: z.int().min(1), width: z.int().min(1) });

const headerSchema: z.ZodType<CacheHeader> = z.object({
  key: z.string(),
  shape: size.extend({ channels: z.literal([1, 3]) }),
  count,
  fileCount: count,
  unreadable: z.array(z.object({ index: count, reason: z.string(), isTransient: z.boolean() })),
  seen: z.object({ smallest: size, largest: size, greyCount: count, colourCount: count, alphaCount: count }).nullable(),
  fit: z.enum(FITS),
  imagesPerShard: z.int().min(1).optional(),
});

/**
 * The images of `entry`, read from the cache or else made by `decode` and kept: those of more than `memory` bytes in shards at the place that it gets. Images of a
 * folder with a file that could not be opened are decoded again the next time. A cache that cannot be written is no error, for shards aside.
 */
export async function cachedImages(
  entry: CacheEntry,
  memory: number,
  decode: (place: ShardPlace) => Promise<DecodedImages>,
): Promise<CachedImages> {
  const { path, place } = placeOf(entry);
  const kept = await readCache(path, place, memory);
  if (kept !== null) return { images: kept, wasCached: true, failure: null };
  const images = await decode(place);
  if (images.unreadable.some((file) => file.isTransient)) return { images, wasCached: false, failure: null };
  try {
    await mkdir(entry.folder, { recursive: true });
    await writeCache(path, place.key, images);
    removeShards(
      entry.folder,
      basename(path, FILE_END),
      images.imagesPerShard === null ? null : basename(place.folder),
    );
    return { images, wasCached: false, failure: null };
  } catch (error) {
    return { images, wasCached: false, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** How the images of `entry` were fitted, if the cache has them, else null. */
export async function keptFit(entry: CacheEntry): Promise<Fit | null> {
  const { path, place } = placeOf(entry);
  return (await readIndex(path, place.key, async ({ header }) => header.fit)) ?? null;
}

function placeOf({ folder, subject, madeFrom }: CacheEntry): { readonly path: string; readonly place: ShardPlace } {
  const key = sha256(JSON.stringify([FORMAT_VERSION, madeFrom])).toString("hex");
  const name = sha256(subject).toString("hex", 0, 8);
  return {
    path: join(folder, `${name}${FILE_END}`),
    place: { folder: join(folder, `${name}-${key.slice(0, 16)}`), key },
  };
}

/** Removes the shards of this name that are made from something else, those that a process still reads aside. */
function removeShards(folder: string, name: string, present: string | null): void {
  for (const other of readdirSync(folder)) {
    if (!SHARD_FOLDER.test(other) || !other.startsWith(`${name}-`) || other === present) continue;
    if (!isHeld(join(folder, other))) rmSync(join(folder, other), { recursive: true, force: true });
  }
}

/** The images in the file at `path`, null if it or a shard is not whole, its key is another one, or its pixels are more than `memory` bytes and in no shards. */
export function readCache(path: string, place: ShardPlace, memory: number): Promise<DecodedImages | null> {
  return readIndex(path, place.key, async ({ file, start, header, headerBytes, size }) => {
    const { shape, count, fileCount, unreadable, seen, fit, imagesPerShard = null } = header;
    const bytes = count * imageLength(shape);
    const length = imagesPerShard === null ? bytes : 0;
    if (imagesPerShard === null && !fitsMemory(bytes, memory)) return null;
    const hashLength = fileCount * HASH_BYTES;
    const sizesLength = count * SIZE_BYTES;
    const pixelsAt = 4 + headerBytes.length;
    if (size !== pixelsAt + length + hashLength + sizesLength + DIGEST_BYTES) return null;
    const own = await readExactly(file, length, pixelsAt);
    const hashes = await readExactly(file, hashLength, pixelsAt + length);
    const sizeBytes = await readExactly(file, sizesLength, pixelsAt + length + hashLength);
    const digest = await readExactly(file, DIGEST_BYTES, size - DIGEST_BYTES);
    if (!sha256(start, headerBytes, own, hashes, sizeBytes).equals(digest)) return null;
    const sizes = sizesOf(sizeBytes);
    if (sizes.includes(0)) return null;
    const pixels =
      imagesPerShard === null ? new MemoryPixels(shape, own) : openShards(place, { ...header, imagesPerShard }, memory);
    return pixels === null ? null : { shape, pixels, unreadable, hashes, seen, sizes, fit, imagesPerShard };
  });
}

/** Null if a shard is not whole. */
function openShards(
  place: ShardPlace,
  { shape, count: kept, unreadable, imagesPerShard }: CacheHeader & { readonly imagesPerShard: number },
  memory: number,
): ImagePixels | null {
  const count = kept + unreadable.length;
  const shards = new ImageShards({ ...place, shape, count, imagesPerShard });
  holdFolder(place.folder);
  for (let shard = 0; shard < shards.shardCount; shard++) if (shards.open(shard) === null) return null;
  const without = new Set(unreadable.map(({ index }) => index));
  const places = Uint32Array.from({ length: count }, (_, index) => index).filter((index) => !without.has(index));
  const pixels = without.size === 0 ? shards : new ChosenPixels(shards, places);
  return fitsMemory(kept * imageLength(shape), memory) ? new MemoryPixels(shape, pixels.range(0, kept)) : pixels;
}

interface CacheIndex {
  readonly file: FileHandle;
  /** Of the whole file. */
  readonly size: number;
  readonly start: Uint8Array;
  readonly headerBytes: Uint8Array;
  readonly header: CacheHeader;
}

/** What `work` makes of the file at `path`; null if there is none of this key. */
async function readIndex<T>(
  path: string,
  key: string,
  work: (index: CacheIndex) => Promise<T | null>,
): Promise<T | null> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    return null;
  }
  try {
    const { size } = await file.stat();
    const start = await readExactly(file, 4, 0);
    const headerLength = new DataView(start.buffer).getUint32(0, true);
    if (headerLength > LARGEST_HEADER || 4 + headerLength + DIGEST_BYTES > size) return null;
    const headerBytes = await readExactly(file, headerLength, 4);
    const header = headerSchema.parse(parseJson(headerBytes, { most: LARGEST_HEADER }));
    return header.key === key ? await work({ file, size, start, headerBytes, header }) : null;
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

async function writeCache(path: string, key: string, images: DecodedImages): Promise<void> {
  const { shape, pixels, unreadable, hashes, seen, sizes, fit, imagesPerShard } = images;
  const counts = { count: pixels.count, fileCount: hashes.length / HASH_BYTES };
  const sharded = imagesPerShard === null ? {} : { imagesPerShard };
  const header: CacheHeader = { key, shape, ...counts, unreadable, seen, fit, ...sharded };
  const headerBytes = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(4);
  start.writeUInt32LE(headerBytes.length);
  clearLeftovers(dirname(path), OLDER_LEFTOVERS);
  const own = imagesPerShard === null ? [pixels.range(0, pixels.count)] : [];
  const parts = [start, headerBytes, ...own, hashes, bytesOf(sizes)];
  await writeWholeFileInParts(path, [...parts, sha256(...parts)]);
}

/** Little-endian, whatever the machine. */
function bytesOf(sizes: Uint16Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * sizes.length));
  for (const [index, side] of sizes.entries()) view.setUint16(2 * index, side, true);
  return new Uint8Array(view.buffer);
}

function sizesOf(bytes: Uint8Array): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Uint16Array.from({ length: bytes.length / 2 }, (_, index) => view.getUint16(2 * index, true));
}

async function readExactly(file: FileHandle, length: number, position: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, Math.min(CHUNK, length - at), position + at);
    if (bytesRead === 0) throw new RangeError(`cache: file ended ${length - at} bytes early`);
    at += bytesRead;
  }
  return bytes;
}
