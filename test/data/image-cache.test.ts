import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { beforeEach, describe, expect, it } from "vitest";
import { type DataSet, describeChangedFiles, type LoadDataSetOptions, loadDataSet } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { sampleClasses, samplePng, writeFiles } from "./sample-files.ts";

let folder: string;
let cacheFolder: string;

beforeEach(async () => {
  folder = writeFiles(temporaryFolder(), await sampleClasses({ a: 4, b: 4 }));
  cacheFolder = join(temporaryFolder(), "deep", "cache");
});

/** Loads and tells whether images were decoded. */
async function load(options: Partial<LoadDataSetOptions> = {}): Promise<{ data: DataSet; hasDecoded: boolean }> {
  let hasDecoded = false;
  const onProgress = (): void => {
    hasDecoded = true;
  };
  return { data: await loadDataSet(folder, { seed: 1, cacheFolder, onProgress, ...options }), hasDecoded };
}

const cacheFiles = (): string[] => readdirSync(cacheFolder).map((name) => join(cacheFolder, name));

describe("the cache of decoded images", () => {
  it("spares decoding the second time, with the same result", async () => {
    const [first, second] = [await load(), await load()];
    expect([first.hasDecoded, second.hasDecoded]).toEqual([true, false]);
    expect(second.data).toEqual(first.data);
    expect(cacheFiles()).toEqual([expect.stringMatching(/\/[0-9a-f]{16}\.images$/)]);
    expect((await load({ seed: 2, testFraction: 0.5 })).hasDecoded).toBe(false);
  });

  it("is not used without a folder for it", async () => {
    const options = { seed: 1, onProgress: () => calls++ };
    let calls = 0;
    await loadDataSet(folder, options);
    await loadDataSet(folder, options);
    expect(calls).toBe(4);
  });

  it.each([
    ["another file", async () => writeFiles(folder, { "a/new.png": await samplePng({ seed: 77 }) })],
    ["another content", async () => writeFiles(folder, { "a/1.png": await samplePng({ seed: 77 }) })],
    ["another time", async () => utimesSync(join(folder, "a/1.png"), 1, 1)],
  ])("is made anew after %s, in the same place", async (_, change) => {
    await load();
    await change();
    expect((await load()).hasDecoded).toBe(true);
    expect((await load()).hasDecoded).toBe(false);
    expect(cacheFiles().length).toBe(1);
  });

  it("does not serve the pixels of other files that have swapped names, or that show the size and time of those before", async () => {
    const stored = async (seed: number) =>
      sharp(await samplePng({ seed }))
        .png({ compressionLevel: 0 })
        .toBuffer();
    writeFiles(folder, { "a/1.png": await stored(50), "a/2.png": await stored(51) });
    const [one, two] = [join(folder, "a/1.png"), join(folder, "a/2.png")];
    for (const path of [one, two]) utimesSync(path, 5, 5);
    const before = (await load()).data;
    renameSync(one, `${one}.tmp`);
    renameSync(two, one);
    renameSync(`${one}.tmp`, two);
    const swapped = await load();
    expect(swapped.hasDecoded).toBe(true);
    expect(swapped.data.source.fingerprint).not.toBe(before.source.fingerprint);
    const other = await stored(52);
    expect(other.length).toBe(readFileSync(one).length);
    writeFileSync(one, other);
    utimesSync(one, 5, 5);
    const replaced = await load();
    expect(replaced.hasDecoded).toBe(true);
    expect(describeChangedFiles(swapped.data.source.files, replaced.data.source.files)).toBe("1 changed: a/1.png");
  });

  it("keeps the hash of every file", async () => {
    const { data } = await load();
    const again = await load();
    expect(again.hasDecoded).toBe(false);
    const expected = createHash("sha256")
      .update(readFileSync(join(folder, "b/3.png")))
      .digest("hex");
    for (const { source } of [data, again.data]) {
      expect(source.files).toHaveLength(8);
      expect(source.files.at(-1)).toEqual({ path: "b/3.png", sha256: expected });
    }
  });

  it("keeps one file for each size and colour", async () => {
    await load();
    expect((await load({ imageSize: 16 })).hasDecoded).toBe(true);
    expect((await load({ colour: "grey" })).hasDecoded).toBe(true);
    expect(cacheFiles().length).toBe(3);
    expect((await load()).hasDecoded).toBe(false);
  });

  it("is ignored and made anew when damaged anywhere", async () => {
    const { data } = await load();
    const [path] = cacheFiles();
    const whole = readFileSync(path!);
    const flipped = (at: number): Buffer => {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1;
      return bytes;
    };
    const damaged = [0, 1, 3, 10, 90, whole.length - 500, whole.length - 1].map(flipped);
    const torn = [0, 3, 50, whole.length - 1].map((length) => whole.subarray(0, length));
    for (const bytes of [...damaged, ...torn, Buffer.concat([whole, Buffer.of(0)])]) {
      writeFileSync(path!, bytes);
      const again = await load();
      expect(again.hasDecoded).toBe(true);
      expect(again.data).toEqual(data);
      expect(readFileSync(path!)).toEqual(whole);
    }
  });

  it("remembers unreadable images", async () => {
    writeFiles(folder, { "a/1.png": "text" });
    await expect(load()).rejects.toMatchObject({ code: "E_DATA_TOO_MANY_BAD" });
    const second = await load({ maxBadImageRate: 0.5 });
    expect(second.hasDecoded).toBe(false);
    expect(second.data.report.unreadable).toEqual([
      { path: "a/1.png", reason: "is not an image, whatever its name says" },
    ]);
  });

  it("does not remember files that could not be opened", async () => {
    symlinkSync(join(folder, "gone"), join(folder, "a/9.png"));
    const options = { maxBadImageRate: 0.5 };
    await load(options);
    expect((await load(options)).hasDecoded).toBe(true);
  });

  it("that cannot be written is a warning", async () => {
    cacheFolder = join(folder, "a", "0.png", "cache");
    const { data } = await load();
    expect(data.train.count).toBe(6);
    expect(data.report.warnings.at(-1)).toMatch(/^decoded images could not be kept for the next time: ENOTDIR/);
  });
});
