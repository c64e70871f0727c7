import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { formatDataReport, type LoadDataSetOptions, loadDataSet } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { allPixels } from "./all-pixels.ts";
import { sampleClasses, samplePixels, samplePng, writeFiles } from "./sample-files.ts";

const folderOf = async (...sets: readonly Parameters<typeof sampleClasses>[]): Promise<string> => {
  const folder = temporaryFolder();
  for (const set of sets) writeFiles(folder, await sampleClasses(...set));
  return folder;
};

const rejection = async (path: string, options: Partial<LoadDataSetOptions> = {}): Promise<unknown> =>
  loadDataSet(path, { seed: 1, ...options }).then(
    () => null,
    (error) => error,
  );

describe("class folders", () => {
  it("become a data set with a stratified test split", async () => {
    const folder = await folderOf([{ cat: 10, ant: 20 }]);
    const data = await loadDataSet(folder, { seed: 1 });
    expect(data.classNames).toEqual(["ant", "cat"]);
    expect(data).toMatchObject({
      channels: 3,
      imageSize: { height: 8, width: 8 },
      source: { kind: "class-folders", path: folder },
    });
    expect(data.report.classes).toEqual([
      { name: "ant", trainCount: 16, testCount: 4 },
      { name: "cat", trainCount: 8, testCount: 2 },
    ]);
    expect(data.report.testSplit).toEqual({ kind: "made", fraction: 0.2, seed: 1 });
    expect(allPixels(data.train).length).toBe(24 * 8 * 8 * 3);
  });

  it("are split by the seed alone", async () => {
    const folder = await folderOf([{ a: 10, b: 10 }]);
    const fingerprint = async (seed: number): Promise<string> =>
      (await loadDataSet(folder, { seed })).source.fingerprint;
    expect(await fingerprint(1)).toBe(await fingerprint(1));
    expect(await fingerprint(1)).not.toBe(await fingerprint(2));
  });

  it("do not depend on where they lie or on the order of writing", async () => {
    const files = Object.entries(await sampleClasses({ a: 6, b: 6 }));
    const [one, two] = [files, files.toReversed()].map((set) => writeFiles(temporaryFolder(), Object.fromEntries(set)));
    const [first, second] = [await loadDataSet(one!, { seed: 1 }), await loadDataSet(two!, { seed: 1 })];
    expect(first.source.fingerprint).toBe(second.source.fingerprint);
  });

  it("keep a given test split", async () => {
    const folder = await folderOf(
      [{ a: 3, b: 2 }, { prefix: "train/" }],
      [
        { a: 1, b: 2 },
        { prefix: "val/", seed: 50 },
      ],
    );
    const data = await loadDataSet(folder, { seed: 1 });
    expect([...data.train.labels]).toEqual([0, 0, 0, 1, 1]);
    expect([...data.test!.labels]).toEqual([0, 1, 1]);
    expect(allPixels(data.test!).slice(0, 192)).toEqual(samplePixels({ seed: 50 }));
    expect(data.report.testSplit).toEqual({ kind: "given", name: "val/" });
  });

  it("may go without a test split", async () => {
    const data = await loadDataSet(await folderOf([{ a: 3, b: 3 }]), { seed: 1, testFraction: 0 });
    expect(data.test).toBeNull();
    expect(data.train.count).toBe(6);
    expect(data.report.testSplit).toEqual({ kind: "none" });
  });

  it("keep small images that are alike, in grey if all are", async () => {
    const folder = await folderOf([
      { a: 2, b: 2 },
      { height: 6, width: 9, channels: 1 },
    ]);
    const data = await loadDataSet(folder, { seed: 1, testFraction: 0 });
    expect(data.train.shape).toEqual({ height: 6, width: 9, channels: 1 });
    expect(allPixels(data.train).slice(0, 54)).toEqual(samplePixels({ height: 6, width: 9, channels: 1 }));
    writeFiles(folder, { "b/colour.png": await samplePng({ height: 6, width: 9, seed: 9 }) });
    const mixed = await loadDataSet(folder, { seed: 1, testFraction: 0 });
    expect(mixed.channels).toBe(3);
    expect(mixed.report.seen).toMatchObject({ greyCount: 4, colourCount: 1 });
  });

  it("bring images of different or large size to 32x32, or to what is asked for", async () => {
    const folder = await folderOf([{ a: 2, b: 2 }], [{ a: 1 }, { prefix: "", height: 9, seed: 30 }]);
    const data = await loadDataSet(folder, { seed: 1 });
    expect(data.imageSize).toEqual({ height: 32, width: 32 });
    expect(data.report).toMatchObject({ isResized: true, seen: { smallest: { height: 8 }, largest: { height: 9 } } });
    const large = await loadDataSet(await folderOf([{ a: 1, b: 1 }, { height: 65 }]), { seed: 1 });
    expect(large.imageSize).toEqual({ height: 32, width: 32 });
    expect((await loadDataSet(folder, { seed: 1, imageSize: 12 })).imageSize).toEqual({ height: 12, width: 12 });
  });

  it("report duplicates, tiny and one-sided classes", async () => {
    const folder = await folderOf(
      [{ big: 45, small: 4 }, { prefix: "train/" }],
      [{ big: 1, small: 1 }, { prefix: "test/" }],
    );
    const { report } = await loadDataSet(folder, { seed: 1 });
    expect(report.duplicates).toEqual({
      withinTrain: 0,
      acrossSplits: 2,
      labelConflicts: 1,
      examples: [
        { first: "train/big/1.png", second: "test/small/0.png", isAcrossSplits: true, isConflict: true },
        { first: "train/big/0.png", second: "test/big/0.png", isAcrossSplits: true, isConflict: false },
      ],
    });
    expect(report.warnings).toEqual([
      "2 test images are also in training: test accuracy will be too high",
      "1 image repeats one of another class: a label must be wrong",
      "fewer than 20 training images: small (4)",
      "one-sided: big has 45, small 4 training images; accuracy alone will mislead",
    ]);
  });

  it("leave out unreadable images up to the share that is allowed", async () => {
    const folder = await folderOf([{ a: 5, b: 4 }]);
    writeFiles(folder, { "b/2.png": "this is text", "b/empty.jpg": "", "a/list.csv": "x" });
    const data = await loadDataSet(folder, { seed: 1, maxBadImageRate: 0.3, testFraction: 0 });
    expect([...data.train.labels]).toEqual([0, 0, 0, 0, 0, 1, 1, 1]);
    expect(allPixels(data.train).slice(7 * 192)).toEqual(samplePixels({ seed: 8 }));
    expect(data.report.unreadable).toEqual([
      { path: "b/2.png", reason: "is not an image, whatever its name says" },
      { path: "b/empty.jpg", reason: "is empty" },
    ]);
    expect(data.report.ignoredExamples).toEqual(["a/list.csv"]);
    expect(formatDataReport(data.report)).toContain("  b/2.png: is not an image, whatever its name says\n");
  });
});

describe("what is refused", () => {
  it("too many unreadable images, named, with the way to allow them", async () => {
    const folder = await folderOf([{ a: 5, b: 4 }]);
    const whole = await sharp(samplePixels({ height: 64, width: 64 }), { raw: { height: 64, width: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    writeFiles(folder, { "a/notes.jpg": "this is text", "a/torn.jpg": whole.subarray(0, whole.length / 2) });
    writeFiles(folder, { "b/drawing.png": '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>' });
    symlinkSync(join(folder, "gone"), join(folder, "b/lost.png"));
    const error = await rejection(folder);
    expect(error).toMatchObject({ code: "E_DATA_TOO_MANY_BAD", kind: "usage" });
    expect((error as Error).message).toMatch(
      /4 of 13 images cannot be read \(30\.77 %, allowed are 1 %\): a\/notes\.jpg is not an image.*; a\/torn\.jpg does not decode: .*end of JPEG.*; b\/drawing\.png holds svg, which is not read; b\/lost\.png cannot be opened: ENOENT/,
    );
    expect((error as { hint: string }).hint).toBe(
      "repair or remove them, or leave them out with --max-bad-images 0.31",
    );
    await expect(loadDataSet(folder, { seed: 1, maxBadImageRate: 0.31 })).resolves.toBeDefined();
  });

  it("only unreadable images, whatever is allowed, and a class that has no other", async () => {
    const folder = writeFiles(temporaryFolder(), { "a/1.png": "x", "b/1.png": "y" });
    expect(await rejection(folder, { maxBadImageRate: 1 })).toMatchObject({
      code: "E_DATA_TOO_MANY_BAD",
      hint: "repair or remove them",
    });
    writeFiles(folder, { "b/2.png": await samplePng({}), "c/2.png": await samplePng({ seed: 1 }) });
    expect(await rejection(folder, { maxBadImageRate: 1 })).toMatchObject({
      code: "E_DATA_EMPTY_CLASS",
      message: expect.stringContaining("no readable training image of a"),
    });
  });

  it("a folder that is not there, is a file, is empty, or holds something else", async () => {
    const folder = temporaryFolder();
    expect(await rejection(join(folder, "nope"))).toMatchObject({ code: "E_DATA_NOT_FOUND", kind: "usage" });
    expect(await rejection(folder)).toMatchObject({
      code: "E_DATA_UNKNOWN_LAYOUT",
      kind: "usage",
      message: expect.stringContaining("got an empty folder"),
      hint: expect.stringContaining("train-images-idx3-ubyte"),
    });
    writeFileSync(join(folder, "cats.doc"), "");
    expect(await rejection(join(folder, "cats.doc"))).toMatchObject({ code: "E_DATA_NOT_A_FOLDER", kind: "usage" });
    expect(await rejection(folder)).toMatchObject({
      code: "E_DATA_UNKNOWN_LAYOUT",
      message: expect.stringContaining("got cats.doc"),
    });
    expect(await rejection(join(folder, "cats.doc", "x"))).toMatchObject({ code: "E_DATA_NOT_FOUND" });
    writeFileSync(join(folder, "data_batch_1"), "");
    expect(await rejection(folder)).toMatchObject({ hint: expect.stringContaining("binary version") });
  });

  it("one class", async () => {
    expect(await rejection(await folderOf([{ cat: 3 }]))).toMatchObject({
      code: "E_DATA_ONE_CLASS",
      kind: "usage",
      message: expect.stringContaining("got one class, cat"),
    });
  });

  it("an empty class", async () => {
    const folder = await folderOf([{ a: 3, b: 1 }]);
    rmSync(join(folder, "b/0.png"));
    expect(await rejection(folder)).toMatchObject({
      code: "E_DATA_EMPTY_CLASS",
      message: expect.stringContaining("class folder b/"),
    });
  });

  it.each([{ imageSize: 3 }, { imageSize: 20.5 }, { imageSize: 513 }, { maxBadImageRate: 1.1 }, { testFraction: 1 }])(
    "the option %o",
    async (option) => {
      expect(await rejection("demo", option)).toMatchObject({ code: "E_DATA_OPTION", kind: "usage" });
    },
  );
});
