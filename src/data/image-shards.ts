/**
 * @file Pixels on disk, in shards: files of so many images each, in which every image has its place, so that any of them is read by its position. A
 * shard is a length, a header, pixels, the SHA-256 of each file that they came from, and the SHA-256 of all that. It appears whole or not at
 * all: what was killed goes on behind the shards that are there. Every image is checked again whenever it is read.
 */
import { mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import {
  parseJson,
  RegularFile,
  sha256,
  systemHint,
  systemReason,
  UnreadableFile,
  writeWholeFileInParts,
} from "../files/index.ts";
import { crc32 } from "./crc32.ts";
import { HASH_BYTES } from "./file-hash.ts";
import { type ImagePixels, type ImageShape, imageLength } from "./image-split.ts";
import type { UndecodedFile } from "./undecoded-file.ts";

const LARGEST_SHARD = 2 ** 26;
const SMALLEST_SHARD = 2 ** 16;
/** Of the memory for images, what a shard takes: one is written while the next one is made. */
const SHARE = 1 / 4;
const LARGEST_HEADER = 64 * 2 ** 20;
const DIGEST_BYTES = 32;
const START_BYTES = 4;

export interface ShardPlace {
  /** Made if need be; of these images alone. */
  readonly folder: string;
  /** What the pixels were made from. */
  readonly key: string;
}

export interface ShardsOptions extends ShardPlace {
  readonly shape: ImageShape;
  /** Of all shards together, those without pixels too. */
  readonly count: number;
  readonly imagesPerShard: number;
}

/** What a shard says of the files of its images. */
export interface ShardFiles {
  /** SHA-256 of each `[N, 32]`. */
  readonly hashes: Uint8Array;
  /** By their position among all images. */
  readonly unreadable: readonly UndecodedFile[];
}

type ShardHeader = Pick<ShardsOptions, "key" | "shape" | "count"> & {
  readonly start: number;
  readonly unreadable: readonly UndecodedFile[];
};

const count = z.int().min(0);
const side = z.int().min(1);
const headerSchema: z.ZodType<ShardHeader> = z.object({
  key: z.string(),
  shape: z.object({ height: side, width: side, channels: z.literal([1, 3]) }),
  count,
  start: count,
  unreadable: z.array(z.object({ index: count, reason: z.string(), isTransient: z.boolean() })),
});

/** Images of this shape that a shard holds, where so many bytes of memory are for images. */
export function imagesPerShard(shape: ImageShape, memory: number): number {
  const bytes = Math.max(SMALLEST_SHARD, Math.min(LARGEST_SHARD, SHARE * memory));
  return Math.max(1, Math.floor(bytes / imageLength(shape)));
}

export class ImageShards implements ImagePixels {
  readonly shape: ImageShape;
  readonly count: number;
  readonly shardCount: number;
  readonly #options: ShardsOptions;
  readonly #length: number;
  /** Where the pixels begin in each shard that is there. */
  readonly #starts: number[] = [];
  /** Of each image. */
  readonly #checksums: Uint32Array;

  constructor(options: ShardsOptions) {
    this.shape = options.shape;
    this.count = options.count;
    this.#options = options;
    this.#length = imageLength(options.shape);
    this.shardCount = Math.ceil(options.count / options.imagesPerShard);
    this.#checksums = new Uint32Array(options.count);
  }

  /** The images of a shard, from the first to before the last. */
  imagesOf(shard: number): readonly [start: number, end: number] {
    const { imagesPerShard: size } = this.#options;
    return [shard * size, Math.min(this.count, (shard + 1) * size)];
  }

  /** Checks all bytes of a shard. Null if it is not there, not whole, or of other images. */
  open(shard: number): ShardFiles | null {
    const [start, end] = this.imagesOf(shard);
    let file: RegularFile | null = null;
    try {
      file = RegularFile.open(this.#path(shard), "refused");
      const length = file.readAt(0, START_BYTES);
      const headerLength = length.readUInt32LE(0);
      if (headerLength > LARGEST_HEADER) return null;
      const bytes = file.readAt(START_BYTES, headerLength);
      const header = headerSchema.parse(parseJson(bytes, { most: LARGEST_HEADER }));
      if (header.key !== this.#options.key || !isSameShape(header.shape, this.shape)) return null;
      if (header.start !== start || header.count !== end - start) return null;
      if (header.unreadable.some(({ index }) => index < start || index >= end)) return null;
      const pixelsAt = START_BYTES + headerLength;
      const pixels = file.readAt(pixelsAt, (end - start) * this.#length);
      const hashes = file.readAt(pixelsAt + pixels.length, (end - start) * HASH_BYTES);
      const digest = file.readAt(pixelsAt + pixels.length + hashes.length, DIGEST_BYTES);
      if (!sha256(length, bytes, pixels, hashes).equals(digest)) return null;
      this.#remember(shard, pixelsAt, pixels);
      return { hashes, unreadable: header.unreadable };
    } catch {
      return null;
    } finally {
      file?.close();
    }
  }

  /** Throws `E_DATA_KEEP` if the disk has no room for these shards. */
  assertRoom(shards: number): void {
    const { folder, imagesPerShard: size } = this.#options;
    const bytes = shards * size * this.#length;
    try {
      mkdirSync(folder, { recursive: true });
      const { bavail, bsize, blocks } = statfsSync(folder);
      if (blocks === 0 || bavail * bsize >= bytes) return;
    } catch (cause) {
      throw this.#notKept(cause);
    }
    throw this.#notKept(null);
  }

  /** Throws `E_DATA_KEEP` if it cannot be written. */
  async write(shard: number, pixels: Uint8Array, { hashes, unreadable }: ShardFiles): Promise<void> {
    const [start, end] = this.imagesOf(shard);
    const { key, shape } = this.#options;
    const header: ShardHeader = { key, shape, count: end - start, start, unreadable };
    const bytes = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(START_BYTES);
    length.writeUInt32LE(bytes.length);
    const parts = [length, bytes, pixels, hashes];
    this.#remember(shard, START_BYTES + bytes.length, pixels);
    try {
      await writeWholeFileInParts(this.#path(shard), [...parts, sha256(...parts)]);
    } catch (cause) {
      throw this.#notKept(cause);
    }
  }

  range(start: number, end: number): Uint8Array {
    const pixels = new Uint8Array((end - start) * this.#length);
    for (let image = start; image < end; ) {
      const shard = this.#shardOf(image);
      const last = Math.min(end, this.imagesOf(shard)[1]);
      const places = { from: image, count: last - image, to: image - start };
      this.#readFrom(shard, [places], pixels);
      image = last;
    }
    return pixels;
  }

  read(indices: ArrayLike<number>): Uint8Array {
    const pixels = new Uint8Array(indices.length * this.#length);
    const byShard = new Map<number, Run[]>();
    for (let to = 0; to < indices.length; to++) {
      const shard = this.#shardOf(indices[to]!);
      const runs = byShard.get(shard) ?? [];
      const last = runs.at(-1);
      const goesOn = last !== undefined && last.from + last.count === indices[to] && last.to + last.count === to;
      if (goesOn) last.count++;
      else runs.push({ from: indices[to]!, count: 1, to });
      byShard.set(shard, runs);
    }
    for (const [shard, runs] of byShard) this.#readFrom(shard, runs, pixels);
    return pixels;
  }

  #readFrom(shard: number, runs: readonly Run[], pixels: Uint8Array): void {
    const path = this.#path(shard);
    let file: RegularFile | null = null;
    try {
      file = RegularFile.open(path, "refused");
      const [first] = this.imagesOf(shard);
      for (const { from, count, to } of runs) {
        const bytes = file.readAt(this.#starts[shard]! + (from - first) * this.#length, count * this.#length);
        for (let i = 0; i < count; i++) {
          const image = bytes.subarray(i * this.#length, (i + 1) * this.#length);
          if (crc32(image) !== this.#checksums[from + i]) throw new UnreadableFile("is damaged");
        }
        pixels.set(bytes, to * this.#length);
      }
    } catch (cause) {
      if (!(cause instanceof UnreadableFile)) throw cause;
      throw new IstaNasError(`data: decoded images ${path}: ${cause.message}, expected them as they were written`, {
        code: "E_DATA_SHARD",
        hint: "start again, or go on with ista-nas resume: what is damaged is then decoded again, and nothing else",
        cause,
      });
    } finally {
      file?.close();
    }
  }

  #remember(shard: number, pixelsAt: number, pixels: Uint8Array): void {
    const [start, end] = this.imagesOf(shard);
    this.#starts[shard] = pixelsAt;
    for (let image = start; image < end; image++) {
      const at = (image - start) * this.#length;
      this.#checksums[image] = crc32(pixels.subarray(at, at + this.#length));
    }
  }

  #shardOf(image: number): number {
    return Math.floor(image / this.#options.imagesPerShard);
  }

  #path(shard: number): string {
    return join(this.#options.folder, `${String(shard).padStart(5, "0")}.shard`);
  }

  /** `cause` null: there is too little room. */
  #notKept(cause: unknown): IstaNasError {
    const { folder } = this.#options;
    const bytes = `${((this.count * this.#length) / 1e9).toFixed(1)} GB`;
    const reason = cause === null ? "ENOSPC: no space left on device" : systemReason(cause);
    const what = `${countOf(this.count, "image")} decoded take ${bytes}, more than --image-memory`;
    return new IstaNasError(`data: ${folder}: ${reason}: ${what}, expected room for them there`, {
      code: "E_DATA_KEEP",
      hint:
        cause !== null && systemHint(cause) === null
          ? "choose another place with --out, or raise --image-memory"
          : "make room on the disk, choose another one with --out, or raise --image-memory: what is decoded so far stays",
      cause,
    });
  }
}

/** Images beside each other in a shard, and the place of the first of them among those that are read. */
interface Run {
  readonly from: number;
  count: number;
  readonly to: number;
}

export function isSameShape(one: ImageShape, other: ImageShape): boolean {
  return one.height === other.height && one.width === other.width && one.channels === other.channels;
}
