import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { cachedImages, readCache } from "../../src/data/image-cache.ts";
import { MemoryPixels } from "../../src/data/memory-pixels.ts";
import { IstaNasError } from "../../src/error.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { jsonFile, mutatedFiles, mutatedJson } from "./mutations.ts";

const folder = temporaryFolder();
const size = { height: 2, width: 3 };
await cachedImages({ folder, subject: "pets", madeFrom: [1] }, 1e6, async () => ({
  shape: { ...size, channels: 3 },
  pixels: new MemoryPixels({ ...size, channels: 3 }, new Uint8Array(4 * 18).fill(9)),
  unreadable: [{ index: 1, reason: "is empty", isTransient: false }],
  hashes: new Uint8Array(5 * 32).fill(1),
  seen: { smallest: size, largest: size, greyCount: 0, colourCount: 4, alphaCount: 0 },
  sizes: new Uint16Array(8).fill(3),
  ...{ fit: "crop", imagesPerShard: null },
}));
const path = join(folder, readdirSync(folder)[0]!);
const whole = readFileSync(path);
const headerLength = whole.readUInt32LE();
const header = JSON.parse(whole.subarray(4, 4 + headerLength).toString()) as { readonly key: string };
const content = whole.subarray(4 + headerLength, -32);

/** A file whose checksum holds. */
function signed(...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  return Buffer.concat([content, createHash("sha256").update(content).digest()]);
}

const rewritten = mutatedJson([header]).map((value) => {
  const text = jsonFile(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return signed(length, text, content);
});

fuzzReader({
  name: "cache of images",
  valid: [whole],
  inputs: fc.oneof(
    mutatedFiles([whole]),
    mutatedFiles([whole.subarray(0, -32)], ['"count":9007199254740991']).map((bytes) => signed(bytes)),
    rewritten,
  ),
  sizeOf: (bytes) => bytes.length,
  // A cache that is not whole is no error for its reader, which makes it anew: here it counts as one.
  read: async (bytes) => {
    writeFileSync(path, bytes);
    const images = await readCache(path, { folder: "nowhere", key: header.key }, 1e6);
    if (images === null) throw new IstaNasError("cache: not whole", { code: "E_CACHE" });
    return images;
  },
  check: ({ shape, pixels: read, unreadable }) => {
    expect(read.range(0, read.count).length).toBe(read.count * shape.height * shape.width * shape.channels);
    for (const { reason } of unreadable) expect(typeof reason).toBe("string");
  },
});
