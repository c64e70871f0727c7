import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Augmentation,
  type DataSet,
  encodeIdx,
  type LoadDataSetOptions,
  loadDataSet,
  pixelStatistics,
  SequentialBatches,
  TrainingBatches,
} from "../../src/data/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { allPixels } from "./all-pixels.ts";
import { sampleClasses, samplePixels, samplePng, writeFiles } from "./sample-files.ts";

/** Shards are then of 64 KiB: 21 images of 32x32 in colour. */
const LITTLE = 1000;
const AUGMENTATION: Augmentation = { cropPadding: 4, horizontalFlip: true, cutoutSize: 8 };

/** 70 images of three shapes, two of them alike, and one that cannot be read. */
let photos: string;

beforeAll(async () => {
  const tall = await Promise.all(
    Array.from({ length: 5 }, async (_, i) => [`b/tall${i}.png`, await samplePng({ height: 60, width: 20, seed: i })]),
  );
  photos = writeFiles(temporaryFolder(), {
    ...(await sampleClasses({ a: 40, b: 23 }, { height: 32, width: 40 })),
    ...Object.fromEntries(tall),
    "b/again.png": await samplePng({ height: 60, width: 20, seed: 3 }),
    "a/07x.png": Buffer.from("no picture"),
  });
});

const load = (path: string, options: Partial<LoadDataSetOptions> = {}): Promise<DataSet> =>
  loadDataSet(path, { seed: 1, imageSize: 32, maxBadImageRate: 0.1, cacheFolder: temporaryFolder(), ...options });

/** All that is computed of pixels. */
function readings({ train, test, validation, source, report }: DataSet) {
  const statistics = pixelStatistics(train);
  const indices = Uint32Array.from({ length: train.count - 3 }, (_, i) => train.count - 1 - i);
  const common = { split: train, statistics, batchSize: 7 };
  const training = new TrainingBatches({
    ...{ ...common, indices, augmentation: AUGMENTATION, streams: new RandomStreams(2), name: "x" },
  });
  return {
    ...{ source, report, statistics, some: pixelStatistics(train, indices) },
    pixels: [train, test, validation].map((split) => (split === null ? null : hashOf(allPixels(split)))),
    labels: [train, test].map((split) => split?.labels),
    batches: [training.batch(0, 0), training.batch(3, 2)].map(({ images }) => hashOf(images)),
    inOrder: [...new SequentialBatches({ ...common, indices }), ...new SequentialBatches(common)].map(
      ({ images, labels }) => [hashOf(images), [...labels]],
    ),
  };
}

const hashOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): string =>
  createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");

const shardsIn = (cacheFolder: string): string[] => {
  const folders = readdirSync(cacheFolder).filter((name) => !name.endsWith(".images"));
  return folders.flatMap((name) =>
    readdirSync(join(cacheFolder, name))
      .filter((file) => file.endsWith(".shard"))
      .sort()
      .map((file) => join(cacheFolder, name, file)),
  );
};

describe("images that memory is not for", () => {
  it.each(["crop", "pad", "stretch", undefined] as const)("are the same as in memory, fitted by %s", async (fit) => {
    const given = fit === undefined ? {} : { fit };
    const cacheFolder = temporaryFolder();
    const inMemory = readings(await load(photos, given));
    const decoded = await load(photos, { ...given, cacheFolder, imageMemory: LITTLE });
    expect(readings(decoded)).toEqual(inMemory);
    expect(shardsIn(cacheFolder).length).toBe(4);
    let calls = 0;
    const onProgress = (): void => void calls++;
    const kept = await load(photos, { ...given, cacheFolder, imageMemory: LITTLE, onProgress });
    expect(readings(kept)).toEqual(inMemory);
    // What is in shards goes to memory where there is enough.
    expect(readings(await load(photos, { ...given, cacheFolder, onProgress }))).toEqual(inMemory);
    expect(calls).toBe(0);
    expect(inMemory.report.unreadable.length).toBe(1);
    expect(inMemory.report.duplicates.withinTrain + inMemory.report.duplicates.acrossSplits).toBeGreaterThan(0);
  });

  it.each([undefined, 20])("are the same out of a file of pixels, at size %s", async (imageSize) => {
    const shape = { height: 24, width: 24, channels: 3 } as const;
    const folder = writeFiles(temporaryFolder(), {
      "train-images-idx4-ubyte": encodeIdx({
        dimensions: [90, 24, 24, 3],
        values: samplePixels({ ...shape, height: 90 * 24 }),
      }),
      "train-labels-idx1-ubyte": encodeIdx({
        dimensions: [90],
        values: Uint8Array.from({ length: 90 }, (_, i) => i % 3),
      }),
    });
    const options = { seed: 1, cacheFolder: temporaryFolder(), ...(imageSize === undefined ? {} : { imageSize }) };
    const inShards = await loadDataSet(folder, { ...options, imageMemory: LITTLE });
    expect(shardsIn(options.cacheFolder).length).toBeGreaterThan(1);
    expect(readings(inShards)).toEqual(readings(await loadDataSet(folder, options)));
  });

  it("are decoded from where a killed process left off, and only what is not whole", async () => {
    const cacheFolder = temporaryFolder();
    const options = { cacheFolder, imageMemory: LITTLE };
    const before = readings(await load(photos, options));
    const shards = shardsIn(cacheFolder);
    const times = shards.map((path) => statSync(path).mtimeMs);
    // Killed before the index and the last shard were there; and a disk that lost the end of another.
    rmSync(join(cacheFolder, readdirSync(cacheFolder).find((name) => name.endsWith(".images"))!));
    rmSync(shards[3]!);
    truncateSync(shards[1]!, 3000);
    expect(readings(await load(photos, options))).toEqual(before);
    expect(shards.map((path) => statSync(path).mtimeMs === times[shards.indexOf(path)])).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it("are decoded again where a byte of a shard is another, at the next start, and refused until then", async () => {
    const cacheFolder = temporaryFolder();
    const options = { cacheFolder, imageMemory: LITTLE };
    const data = await load(photos, options);
    const before = readings(data);
    const [, damaged] = shardsIn(cacheFolder) as [string, string];
    const bytes = readFileSync(damaged);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(damaged, bytes);
    const where = { code: "E_DATA_SHARD", message: expect.stringContaining(`${damaged}: is damaged`) };
    expect(() => allPixels(data.train)).toThrow(expect.objectContaining(where));
    truncateSync(damaged, 3000);
    expect(() => pixelStatistics(data.train)).toThrow(expect.objectContaining({ code: "E_DATA_SHARD" }));
    rmSync(damaged);
    expect(() => pixelStatistics(data.train)).toThrow(/ENOENT/);
    expect(readings(await load(photos, options))).toEqual(before);
  });

  it("are refused without a place for them, and where the place cannot be written", async () => {
    const none = loadDataSet(photos, { seed: 1, imageMemory: LITTLE, maxBadImageRate: 0.1 });
    await expect(none).rejects.toMatchObject({
      code: "E_DATA_TOO_LARGE",
      message: expect.stringMatching(/70 images of 32x32/),
    });
    const cacheFolder = join(temporaryFolder(), "cache");
    writeFileSync(cacheFolder, "a file");
    await expect(load(photos, { cacheFolder, imageMemory: LITTLE })).rejects.toMatchObject({
      code: "E_DATA_KEEP",
      message: expect.stringMatching(/(ENOTDIR|EEXIST): .*: 70 images decoded take 0\.0 GB, more than --image-memory/),
    });
  });

  it("fault: are refused before they are decoded where the disk has too little room", async (context) => {
    const cacheFolder = temporaryFolder();
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", cacheFolder], { stdio: "ignore" });
    } catch {
      return context.skip("needs the right to mount a disk");
    }
    try {
      const stages = new Set<string>();
      const onProgress = ({ stage }: { stage: string }) => void stages.add(stage);
      await expect(load(photos, { cacheFolder, imageMemory: LITTLE, onProgress })).rejects.toMatchObject({
        ...{ code: "E_DATA_KEEP", message: expect.stringContaining("ENOSPC: no space left on device: 70 images") },
        hint: expect.stringMatching(/^make room on the disk, choose another one with --out, or raise --image-memory/),
      });
      expect([...stages]).toEqual(["sizes"]);
    } finally {
      execFileSync("umount", [cacheFolder]);
    }
  });

  it("leave no shards of what the folder held before, those aside that a process still reads", async () => {
    const cacheFolder = temporaryFolder();
    const folder = writeFiles(temporaryFolder(), await sampleClasses({ a: 30, b: 30 }, { height: 32, width: 32 }));
    const options = { cacheFolder, imageMemory: LITTLE };
    const first = await load(folder, options);
    const [left] = readdirSync(cacheFolder).filter((name) => !name.endsWith(".images"));
    // As another process would have made them that is gone.
    mkdirSync(join(cacheFolder, left!.replace(/-.*/, `-${"0".repeat(16)}`)));
    writeFiles(folder, { "a/new.png": await samplePng({ height: 32, width: 32, seed: 900 }) });
    const second = await load(folder, options);
    expect(second.train.count + second.test!.count).toBe(61);
    expect(readdirSync(cacheFolder).filter((name) => name.endsWith("0".repeat(16)))).toEqual([]);
    expect(allPixels(first.train).length).toBe(first.train.count * 3072);
  });
});
