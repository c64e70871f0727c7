import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type DataSet, encodeIdx, loadDataSet } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { allPixels } from "./all-pixels.ts";
import { samplePixels, writeFiles } from "./sample-files.ts";

const images = (count: number, seed = 0): Uint8Array =>
  encodeIdx({ dimensions: [count, 4, 5], values: samplePixels({ height: count * 4, width: 5, channels: 1, seed }) });
const labels = (...values: number[]): Uint8Array =>
  encodeIdx({ dimensions: [values.length], values: Uint8Array.from(values) });

const FILES = {
  "train-images-idx3-ubyte": images(4),
  "train-labels-idx1-ubyte": labels(3, 7, 3, 7),
  "t10k-images-idx3-ubyte": images(2, 1),
  "t10k-labels-idx1-ubyte": labels(7, 3),
};

describe("a folder of IDX files", () => {
  it("is read, with the labels that occur as classes", async () => {
    const data = await loadDataSet(writeFiles(temporaryFolder(), { ...FILES, "notes.txt": "x" }), { seed: 1 });
    expect(data.classNames).toEqual(["3", "7"]);
    expect(data.train.shape).toEqual({ height: 4, width: 5, channels: 1 });
    expect([...data.train.labels]).toEqual([0, 1, 0, 1]);
    expect([...data.test!.labels]).toEqual([1, 0]);
    expect(allPixels(data.train)).toEqual(samplePixels({ height: 16, width: 5, channels: 1 }));
    expect(allPixels(data.test!)).toEqual(samplePixels({ height: 8, width: 5, channels: 1, seed: 1 }));
    expect(data.report).toMatchObject({
      testSplit: { kind: "given" },
      ignoredExamples: ["notes.txt"],
      isResized: false,
    });
  });

  it("may be gzipped and spelled with a dot", async () => {
    const plain = await loadDataSet(writeFiles(temporaryFolder(), FILES), { seed: 1 });
    const packed = Object.entries(FILES).map(([name, bytes]) => [
      `${name.replace("-idx", ".idx")}.gz`,
      gzipSync(bytes),
    ]);
    const other = await loadDataSet(writeFiles(temporaryFolder(), Object.fromEntries(packed)), { seed: 1 });
    expect(other.source.fingerprint).toBe(plain.source.fingerprint);
  });

  it("takes names from class-names.txt", async () => {
    const named = { ...FILES, "train-labels-idx1-ubyte": labels(0, 1, 0, 1), "t10k-labels-idx1-ubyte": labels(1, 0) };
    const data = await loadDataSet(writeFiles(temporaryFolder(), { ...named, "class-names.txt": "cat\r\nbig dog\n" }), {
      seed: 1,
    });
    expect(data.classNames).toEqual(["cat", "big dog"]);
  });

  it("gets a test split if it has none", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "train-images-idx3-ubyte": images(20),
      "train-labels-idx1-ubyte": labels(...Array.from({ length: 20 }, (_, i) => i % 2)),
    });
    const data = await loadDataSet(folder, { seed: 1 });
    expect([data.train.count, data.test?.count]).toEqual([16, 4]);
    expect(data.report.testSplit).toEqual({ kind: "made", fraction: 0.2, seed: 1 });
  });

  it("keeps what was converted in the cache", async () => {
    const folder = writeFiles(temporaryFolder(), FILES);
    const cacheFolder = temporaryFolder();
    let decoded = 0;
    const options = { seed: 1, imageSize: 8, cacheFolder, onProgress: () => decoded++ };
    const first = await loadDataSet(folder, options);
    expect(decoded).toBeGreaterThan(0);
    decoded = 0;
    const second = await loadDataSet(folder, options);
    expect(decoded).toBe(0);
    expect(second.source.fingerprint).toBe(first.source.fingerprint);
  });

  it("takes images of four dimensions in colour", async () => {
    const values = samplePixels({ height: 8, width: 5, channels: 3 });
    const folder = writeFiles(temporaryFolder(), {
      "train-images-idx4-ubyte": encodeIdx({ dimensions: [2, 4, 5, 3], values }),
      "train-labels-idx1-ubyte": labels(0, 1),
    });
    const data = await loadDataSet(folder, { seed: 1, testFraction: 0 });
    expect(data.channels).toBe(3);
    expect(allPixels(data.train)).toEqual(values);
    expect(data.test).toBeNull();
  });

  it.each([
    [
      "a file cut short",
      { "train-images-idx3-ubyte": images(4).subarray(0, 50) },
      "E_IDX_TRUNCATED",
      "got 50 bytes, expected 96",
    ],
    ["something else", { "train-images-idx3-ubyte": "<html></html>" }, "E_IDX_MAGIC", "train-images-idx3-ubyte: magic"],
    ["too few labels", { "train-labels-idx1-ubyte": labels(0, 1) }, "E_IDX_COUNT", "got 2 labels, expected 4"],
    ["images as labels", { "train-labels-idx1-ubyte": images(4) }, "E_IDX_SHAPE", "got 3 dimensions, expected 1"],
    ["labels as images", { "train-images-idx3-ubyte": labels(0, 1, 0, 1) }, "E_IDX_SHAPE", "got 4, expected NxHxW"],
    ["an unknown test label", { "t10k-labels-idx1-ubyte": labels(7, 9) }, "E_IDX_LABEL", "image 1 got 9"],
    ["a label without a name", { "class-names.txt": "a\nb\nc\nd\n" }, "E_IDX_LABEL", "image 1 got 7, expected 0 to 3"],
    [
      "test images of another size",
      { "t10k-images-idx3-ubyte": encodeIdx({ dimensions: [2, 2, 2], values: new Uint8Array(8) }) },
      "E_IDX_SHAPE",
      "got 2x2x1, expected 5x4x1 (width x height x channels)",
    ],
    [
      "a class without images",
      {
        "train-labels-idx1-ubyte": labels(0, 2, 0, 2),
        "t10k-labels-idx1-ubyte": labels(0, 2),
        "class-names.txt": "a\nb\nc",
      },
      "E_DATA_EMPTY_CLASS",
      "no readable training image of b",
    ],
    [
      "one class only",
      { "train-labels-idx1-ubyte": labels(0, 0, 0, 0), "t10k-labels-idx1-ubyte": labels(0, 0) },
      "E_DATA_ONE_CLASS",
      "got one class, 0",
    ],
  ])("refuses %s", async (_, changed, code, message) => {
    const folder = writeFiles(temporaryFolder(), { ...FILES, ...changed });
    await expect(loadDataSet(folder, { seed: 1 })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it("refuses half a pair and a torn gzip file", async () => {
    const folder = writeFiles(temporaryFolder(), FILES);
    rmSync(join(folder, "t10k-labels-idx1-ubyte"));
    const missing = {
      code: "E_IDX_MISSING",
      kind: "usage",
      message: expect.stringContaining("no t10k-labels-idx1-ubyte"),
    };
    await expect(loadDataSet(folder, { seed: 1 })).rejects.toMatchObject(missing);
    writeFileSync(join(folder, "t10k-labels-idx1-ubyte.gz"), gzipSync(labels(7, 3)).subarray(0, 15));
    await expect(loadDataSet(folder, { seed: 1 })).rejects.toMatchObject({ code: "E_IDX_GZIP", kind: "failure" });
  });

  it("unpacks no more than the header says, however much was packed", async () => {
    const packed = gzipSync(Buffer.concat([FILES["train-images-idx3-ubyte"], Buffer.alloc(2 ** 26)]));
    expect(packed.length).toBeGreaterThan(8192);
    const folder = writeFiles(temporaryFolder(), {
      "train-images-idx3-ubyte.gz": packed,
      "train-labels-idx1-ubyte": FILES["train-labels-idx1-ubyte"],
    });
    await expect(loadDataSet(folder, { seed: 1 })).rejects.toMatchObject({
      code: "E_IDX_TRAILING",
      message: expect.stringContaining("unpacks to more than the bytes that its header says"),
    });
  });

  it.skipIf(process.platform === "win32")("does not wait for a pipe or read a folder", async () => {
    const folder = writeFiles(temporaryFolder(), FILES);
    const path = join(folder, "train-images-idx3-ubyte");
    rmSync(path);
    execFileSync("mkfifo", [path]);
    const error = { code: "E_DATA_UNREADABLE", kind: "usage" };
    await expect(loadDataSet(folder, { seed: 1 })).rejects.toMatchObject({
      ...error,
      message: expect.stringContaining("is a pipe"),
    });
    rmSync(path);
    mkdirSync(path);
    await expect(loadDataSet(folder, { seed: 1 })).rejects.toMatchObject({
      ...error,
      message: expect.stringContaining("is a folder"),
    });
  });
});

describe("IDX files by the names that people have them under", () => {
  const LABELS = labels(3, 7, 3, 7);
  const plain = (): Promise<DataSet> => loadDataSet(writeFiles(temporaryFolder(), FILES), { seed: 1 });
  const under = (prefix: string): Record<string, Uint8Array> =>
    Object.fromEntries(Object.entries(FILES).map(([name, bytes]) => [prefix + name, bytes]));

  it.each([
    ["torchvision's outer folder", under("MNIST/raw/"), "read is MNIST/raw/, the one folder with such files"],
    [
      "torchvision's folder of one set",
      { ...under("raw/"), "processed/training.pt": "x" },
      "read is raw/, the one folder with such files",
    ],
  ])("are found in %s", async (_, files, remark) => {
    const { source, report } = await loadDataSet(writeFiles(temporaryFolder(), files), { seed: 1 });
    expect(source.fingerprint).toBe((await plain()).source.fingerprint);
    expect(report.remarks).toEqual([remark]);
  });

  it("are not chosen among several sets", async () => {
    const folder = writeFiles(temporaryFolder(), { ...under("MNIST/raw/"), ...under("FashionMNIST/raw/") });
    await expect(loadDataSet(folder, { seed: 1 })).rejects.toMatchObject({
      code: "E_DATA_SEVERAL",
      kind: "usage",
      message: expect.stringContaining("2 data sets lie there, expected one: FashionMNIST/raw/, MNIST/raw/"),
      hint: `give one of them: ista-nas check ${join(folder, "FashionMNIST/raw")}`,
    });
  });

  it("may lie in folders of the same names, and as train-images.idx3-ubyte, as Kaggle has them", async () => {
    const inFolders = Object.entries(FILES).map(([name, bytes]) => [`${name}/${name}`, bytes]);
    const dotted = Object.entries(FILES).map(([name, bytes]) => [name.replace("-idx", ".idx"), bytes]);
    for (const files of [inFolders, dotted, [...inFolders, ...dotted]]) {
      const data = await loadDataSet(writeFiles(temporaryFolder(), Object.fromEntries(files)), { seed: 1 });
      expect(data.source.fingerprint).toBe((await plain()).source.fingerprint);
    }
  });

  it("may be unpacked and still be called .gz, or packed and not be called so", async () => {
    const files = {
      "train-images-idx3-ubyte.gz": FILES["train-images-idx3-ubyte"],
      "train-labels-idx1-ubyte": gzipSync(LABELS),
      "t10k-images-idx3-ubyte.gz": FILES["t10k-images-idx3-ubyte"],
      "t10k-labels-idx1-ubyte.gz": FILES["t10k-labels-idx1-ubyte"],
    };
    const data = await loadDataSet(writeFiles(temporaryFolder(), files), { seed: 1 });
    expect(data.source.fingerprint).toBe((await plain()).source.fingerprint);
  });

  describe("of EMNIST", () => {
    const emnist = (set: string, ...values: number[]): Record<string, Uint8Array> => ({
      [`emnist-${set}-train-images-idx3-ubyte`]: images(values.length),
      [`emnist-${set}-train-labels-idx1-ubyte.gz`]: gzipSync(labels(...values)),
      [`emnist-${set}-test-images-idx3-ubyte`]: images(1, 1),
      [`emnist-${set}-test-labels-idx1-ubyte`]: labels(values[0]!),
    });

    it("are turned upright, and letters are labelled from 1", async () => {
      const folder = writeFiles(temporaryFolder(), emnist("letters", 1, 3, 26, 1));
      const { classNames, train, test, report } = await loadDataSet(folder, { seed: 1 });
      expect(classNames).toEqual(["A", "C", "Z"]);
      expect([...train.labels]).toEqual([0, 1, 2, 0]);
      expect(train.shape).toEqual({ height: 5, width: 4, channels: 1 });
      const onItsSide = samplePixels({ height: 4, width: 5, channels: 1, seed: 1 });
      const upright = Array.from({ length: 20 }, (_, i) => onItsSide[(i % 4) * 5 + Math.floor(i / 4)]!);
      expect([...allPixels(test!)]).toEqual(upright);
      expect(report.remarks).toEqual([
        "EMNIST's images lie on their side in the files of letters: they are turned upright",
      ]);
      expect(report.ignoredCount).toBe(0);
    });

    it.each([
      ["balanced", [0, 10, 36, 46], ["0", "A", "a", "t"]],
      ["byclass", [9, 35, 36, 61], ["9", "Z", "a", "z"]],
      ["digits", [0, 9], ["0", "9"]],
    ])("are named as in %s", async (set, values, names) => {
      const folder = writeFiles(temporaryFolder(), emnist(set, ...values));
      expect((await loadDataSet(folder, { seed: 1 })).classNames).toEqual(names);
    });

    it("take names from the mapping beside them, or from class-names.txt", async () => {
      const folder = writeFiles(temporaryFolder(), {
        ...emnist("letters", 1, 2),
        "emnist-letters-mapping.txt": "1 945 65\n2 946 66\n",
      });
      const { classNames, report } = await loadDataSet(folder, { seed: 1 });
      expect(classNames).toEqual(["\u03b1", "\u03b2"]);
      expect(report.ignoredCount).toBe(0);
      writeFiles(folder, { "class-names.txt": "first\nsecond\n" });
      expect((await loadDataSet(folder, { seed: 1 })).classNames).toEqual(["first", "second"]);
    });

    it("are refused where several sets lie together", async () => {
      const folder = writeFiles(temporaryFolder(), { ...emnist("letters", 1, 2), ...emnist("digits", 0, 1) });
      await expect(loadDataSet(folder, { seed: 1 })).rejects.toMatchObject({
        code: "E_DATA_SEVERAL",
        message: expect.stringContaining("2 sets of EMNIST lie there, expected one: digits, letters"),
        hint: expect.stringContaining("emnist-digits-*"),
      });
    });
  });
});
