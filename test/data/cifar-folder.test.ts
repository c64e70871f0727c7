import { describe, expect, it } from "vitest";
import { loadDataSet } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { allPixels } from "./all-pixels.ts";
import { writeFiles } from "./sample-files.ts";

/** Records whose red, green and blue planes start with the label, 100 + the position and 200. */
function batch(...labels: number[]): Uint8Array {
  const bytes = new Uint8Array(labels.length * 3073);
  labels.forEach((label, i) => {
    bytes[i * 3073] = label;
    bytes[i * 3073 + 1] = label;
    bytes[i * 3073 + 1 + 1024] = 100 + i;
    bytes[i * 3073 + 1 + 2048] = 200;
  });
  return bytes;
}

const TWO_NAMES = { "batches.meta.txt": "cat\ndog\n" };

describe("CIFAR-10 binary batches", () => {
  it("are read in order and turned to channels last", async () => {
    const files = { "data_batch_2.bin": batch(1, 1), "data_batch_1.bin": batch(0, 1, 0), "test_batch.bin": batch(1) };
    const data = await loadDataSet(writeFiles(temporaryFolder(), { ...files, ...TWO_NAMES }), { seed: 1 });
    expect(data.classNames).toEqual(["cat", "dog"]);
    expect([...data.train.labels]).toEqual([0, 1, 0, 1, 1]);
    expect([...data.test!.labels]).toEqual([1]);
    expect(data.train.shape).toEqual({ height: 32, width: 32, channels: 3 });
    expect([...allPixels(data.train).subarray(2 * 3072, 2 * 3072 + 4)]).toEqual([0, 102, 200, 0]);
    expect(data.report.warnings).toContain("training batches: 2 of 5 are there");
  });

  it("may lie in the folder of the archive, and have the published names by default", async () => {
    const all = batch(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    const files = { "cifar-10-batches-bin/data_batch_1.bin": all, "cifar-10-batches-bin/test_batch.bin": all };
    const data = await loadDataSet(writeFiles(temporaryFolder(), files), { seed: 1 });
    expect(data.classNames[6]).toBe("frog");
    expect(data.report.duplicates.acrossSplits).toBe(10);
  });

  it("are turned to grey on demand", async () => {
    const files = { "data_batch_1.bin": batch(0, 1), "test_batch.bin": batch(1), ...TWO_NAMES };
    const data = await loadDataSet(writeFiles(temporaryFolder(), files), { seed: 1, colour: "grey", imageSize: 16 });
    expect(allPixels(data.test!).length).toBe(16 * 16);
  });

  it.each([
    ["a batch cut short", { "data_batch_1.bin": batch(0, 1).subarray(0, 5000) }, "E_CIFAR_LENGTH", "got 5000 bytes"],
    ["an empty batch", { "test_batch.bin": new Uint8Array(0) }, "E_CIFAR_LENGTH", "expected a multiple of 3073"],
    ["a label out of range", { "test_batch.bin": batch(0, 7) }, "E_CIFAR_LABEL", "record 1 got 7, expected 0 to 1"],
  ])("with %s are refused", async (_, changed, code, message) => {
    const files = { "data_batch_1.bin": batch(0, 1), "test_batch.bin": batch(1), ...TWO_NAMES, ...changed };
    const folder = writeFiles(temporaryFolder(), files);
    await expect(loadDataSet(folder, { seed: 1 })).rejects.toMatchObject({
      code,
      kind: "failure",
      message: expect.stringContaining(message),
    });
  });
});

describe("CIFAR-100 binary batches", () => {
  /** Records with a coarse label of 19 each. */
  const records = (...fine: number[]): Uint8Array =>
    Buffer.concat(fine.map((label) => Buffer.concat([Uint8Array.of(19), batch(label)])));
  const FILES = { "train.bin": records(0, 2, 1), "test.bin": records(2) };
  const NAMES = { "fine_label_names.txt": "apple\nbaby\nbear\n", "coarse_label_names.txt": "fish\n" };

  it.each([
    ["the files themselves", ""],
    ["the folder of the archive", "cifar-100-binary/"],
  ])("are read from %s, with the fine labels and their names", async (_, prefix) => {
    const files = Object.entries({ ...FILES, ...NAMES }).map(([name, content]) => [prefix + name, content]);
    const data = await loadDataSet(writeFiles(temporaryFolder(), Object.fromEntries(files)), { seed: 1 });
    expect(data.classNames).toEqual(["apple", "baby", "bear"]);
    expect([...data.train.labels]).toEqual([0, 2, 1]);
    expect([...data.test!.labels]).toEqual([2]);
    expect([...allPixels(data.train).subarray(3072, 3072 + 3)]).toEqual([2, 100, 200]);
    expect(data.source.kind).toBe("cifar-100");
    expect(data.report).toMatchObject({ layout: "CIFAR-100 binary batches", ignoredCount: 0 });
  });

  it("without names are told by whole records, and refused with others", async () => {
    const all = records(...Array.from({ length: 100 }, (_, label) => label));
    const data = await loadDataSet(writeFiles(temporaryFolder(), { "train.bin": all }), { seed: 1, testFraction: 0 });
    expect(data.classNames.at(-1)).toBe("99");
    expect(data.report.warnings).toContain("fine_label_names.txt is not there: classes are called by their labels");
    const cut = { ...FILES, ...NAMES, "train.bin": FILES["train.bin"].subarray(0, 5000) };
    await expect(loadDataSet(writeFiles(temporaryFolder(), cut), { seed: 1 })).rejects.toMatchObject({
      code: "E_CIFAR_LENGTH",
      message: "cifar-100 train.bin: got 5000 bytes, expected a multiple of 3074",
    });
    const tokens = writeFiles(temporaryFolder(), { "train.bin": new Uint8Array(5000) });
    await expect(loadDataSet(tokens, { seed: 1 })).rejects.toMatchObject({ code: "E_DATA_UNKNOWN_LAYOUT" });
    for (const files of [{ "cifar-100-python/train": "x" }, { train: "x", test: "x", meta: "x" }]) {
      await expect(loadDataSet(writeFiles(temporaryFolder(), files), { seed: 1 })).rejects.toMatchObject({
        hint: "this is CIFAR-100 for Python: download the binary version, cifar-100-binary.tar.gz",
      });
    }
  });
});
