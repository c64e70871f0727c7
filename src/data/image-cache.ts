/**
 * @file Decoded images on disk, so that a folder is decoded once. A file is a length, a header, the pixels, the SHA-256 of every file that
 * they came from, the size of each image, and the SHA-256 of all that; the header carries the key of what it was made from. A file that is damaged or made from something else is made anew.
 */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { clearLeftovers, parseJson, sha256, writeWholeFileInParts } from "../files/index.ts";
import type { DecodedImages, UndecodedFile } from "./decode-files.ts";
import { HASH_BYTES } from "./file-hash.ts";
import { FITS, type Fit } from "./fit.ts";
import { type ImageShape, imageLength } from "./image-split.ts";
import { MemoryPixels } from "./memory-pixels.ts";
import type { SeenImages } from "./read-images.ts";

/** Part of every key: raise it when the same files would give other pixels or another file format. */
const FORMAT_VERSION = 4;
const CHUNK = 1 << 26;
const DIGEST_BYTES = 32;
/** Height and width of an image. */
const SIZE_BYTES = 4;
/** What earlier versions left behind when they were killed while they wrote. */
const OLDER_LEFTOVERS = /^[0-9a-f]{16}\.images\.\d+\.tmp$/;
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
});

/**
 * The images of `entry`, read from the cache or else made by `decode` and kept. Images of a folder with a file that could
 * not be opened are not kept. A cache that cannot be written is no error.
 */
export async function cachedImages(entry: CacheEntry, decode: () => Promise<DecodedImages>): Promise<CachedImages> {
  const { path, key } = placeOf(entry);
  const kept = await readCache(path, key);
  if (kept !== null) return { images: kept, wasCached: true, failure: null };
  const images = await decode();
  if (images.unreadable.some((file) => file.isTransient)) return { images, wasCached: false, failure: null };
  try {
    await mkdir(entry.folder, { recursive: true });
    await writeCache(path, key, images);
    return { images, wasCached: false, failure: null };
  } catch (error) {
    return { images, wasCached: false, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** The images of `entry` if the cache has them, else null. */
export function keptImages(entry: CacheEntry): Promise<DecodedImages | null> {
  const { path, key } = placeOf(entry);
  return readCache(path, key);
}

function placeOf({ folder, subject, madeFrom }: CacheEntry): { readonly path: string; readonly key: string } {
  const key = sha256(JSON.stringify([FORMAT_VERSION, madeFrom])).toString("hex");
  return { path: join(folder, `${sha256(subject).toString("hex", 0, 8)}.images`), key };
}

/** The images in the file at `path`, null if it is not whole or its key is another one. */
export async function readCache(path: string, key: string): Promise<DecodedImages | null> {
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
    if (header.key !== key) return null;
    const { shape, count, fileCount, unreadable, seen, fit } = header;
    const length = count * imageLength(shape);
    const hashLength = fileCount * HASH_BYTES;
    const sizesLength = count * SIZE_BYTES;
    if (size !== 4 + headerLength + length + hashLength + sizesLength + DIGEST_BYTES) return null;
    const pixels = await readExactly(file, length, 4 + headerLength);
    const hashes = await readExactly(file, hashLength, 4 + headerLength + length);
    const sizeBytes = await readExactly(file, sizesLength, 4 + headerLength + length + hashLength);
    const digest = await readExactly(file, DIGEST_BYTES, size - DIGEST_BYTES);
    if (!sha256(start, headerBytes, pixels, hashes, sizeBytes).equals(digest)) return null;
    const sizes = sizesOf(sizeBytes);
    return sizes.includes(0)
      ? null
      : { shape, pixels: new MemoryPixels(shape, pixels), unreadable, hashes, seen, sizes, fit };
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

async function writeCache(path: string, key: string, images: DecodedImages): Promise<void> {
  const { shape, pixels, unreadable, hashes, seen, fit } = images;
  const counts = { count: pixels.count, fileCount: hashes.length / HASH_BYTES };
  const header: CacheHeader = { key, shape, ...counts, unreadable, seen, fit };
  const headerBytes = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(4);
  start.writeUInt32LE(headerBytes.length);
  clearLeftovers(dirname(path), OLDER_LEFTOVERS);
  const parts = [start, headerBytes, pixels.range(0, pixels.count), hashes, bytesOf(images.sizes)];
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
