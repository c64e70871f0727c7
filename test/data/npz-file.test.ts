import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DataSet, encodeIdx, loadDataSet } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { allPixels } from "./all-pixels.ts";
import { handMadeZip } from "./hand-made-archives.ts";
import { npy } from "./hand-made-npy.ts";
import { samplePixels, writeFiles } from "./sample-files.ts";

const load = (arrays: Readonly<Record<string, Uint8Array>>, isStored = false): Promise<DataSet> => {
  const entries = Object.entries(arrays).map(([name, bytes]) => ({ name: `${name}.npy`, bytes, isStored }));
  return loadDataSet(join(writeFiles(temporaryFolder(), { "pets.npz": handMadeZip(entries) }), "pets.npz"), {
    seed: 1,
  });
};
const pixels = samplePixels({ height: 6 * 5, width: 4, channels: 3 });
/** Five images of 6x4 in colour, the last of them for testing. */
const [train, test] = [pixels.subarray(0, 4 * 72), pixels.subarray(4 * 72)];
const set = {
  x_train: npy("|u1", [4, 6, 4, 3], train),
  y_train: npy("<i8", [4], [3, 7, 3, 7]),
  x_test: npy("|u1", [1, 6, 4, 3], test),
  y_test: npy("<i8", [1], [7]),
};

describe("arrays of NumPy", () => {
  it.each([true, false])("are images and labels, stored: %s", async (isStored) => {
    const data = await load(set, isStored);
    expect(data).toMatchObject({ name: "pets", classNames: ["3", "7"], channels: 3, source: { kind: "npz" } });
    expect(allPixels(data.train)).toEqual(train);
    expect([...data.train.labels, ...data.test!.labels]).toEqual([0, 1, 0, 1, 1]);
    expect(data.report.testSplit).toEqual({ kind: "given", name: "x_test.npy" });
  });

  it("are what the same images are as IDX files", async () => {
    const idx = (dimensions: number[], values: Uint8Array): Uint8Array => encodeIdx({ dimensions, values });
    const folder = writeFiles(temporaryFolder(), {
      "train-images-idx3-ubyte": idx([4, 6, 4, 3], train),
      "train-labels-idx1-ubyte": idx([4], Uint8Array.of(3, 7, 3, 7)),
      "t10k-images-idx3-ubyte": idx([1, 6, 4, 3], test),
      "t10k-labels-idx1-ubyte": idx([1], Uint8Array.of(7)),
    });
    const expected = await loadDataSet(folder, { seed: 1 });
    expect((await load(set)).source.fingerprint).toBe(expected.source.fingerprint);
  });

  it.each([
    [
      "real numbers of 0 to 1",
      npy(
        "<f4",
        [4, 6, 4, 3],
        [...train].map((byte) => byte / 255),
      ),
      npy(
        "<f4",
        [1, 6, 4, 3],
        [...test].map((byte) => byte / 255),
      ),
    ],
    ["real numbers of 0 to 255", npy(">f8", [4, 6, 4, 3], [...train]), npy("<f8", [1, 6, 4, 3], [...test])],
    ["whole numbers of 8 bytes", npy("<i8", [4, 6, 4, 3], [...train]), npy("<u2", [1, 6, 4, 3], [...test])],
    ["planes", npy("|u1", [4, 3, 6, 4], planar(train)), npy("<f8", [1, 3, 6, 4], [...planar(test)])],
  ])("may be %s", async (_, x_train, x_test) => {
    const expected = await load(set);
    expect((await load({ ...set, x_train, x_test })).source.fingerprint).toBe(expected.source.fingerprint);
  });

  it("may be grey, have labels as columns or text, names, and images for validation", async () => {
    const named = await load({
      train_images: npy("|u1", [4, 6, 12], train),
      train_labels: npy("|u1", [4, 1], [0, 1, 0, 1]),
      class_names: npy("<U3", [2], ["owl", "dög"]),
      meta: npy("|u1", [1], [1]),
    });
    expect(named.classNames).toEqual(["owl", "dög"]);
    expect(named.report.ignoredExamples).toEqual(["meta.npy"]);
    const { report, validation, classNames } = await load({
      ...{ x_train: npy("|u1", [4, 6, 12], train), y_train: npy("|S3", [4], ["b", "a", "b", "a"]) },
      ...{ x_val: npy("|u1", [1, 6, 12], test), y_val: npy("<U1", [1], ["a"]) },
      ...{ x_test: npy("|u1", [2, 6, 12], train.subarray(72, 216)), y_test: npy("|S1", [2], ["a", "b"]) },
    });
    expect(classNames).toEqual(["a", "b"]);
    expect(validation!.labels).toEqual(Uint16Array.of(0));
    expect(report.validationSplit).toBe("x_val.npy");
  });

  const [x, y] = [set.x_train, set.y_train];
  it.each<[string, Record<string, Uint8Array>, string]>([
    ["without labels", { x_train: x }, "x_train.npy is there without its labels"],
    ["of other names", { arr_0: x, arr_1: y }, "got arr_0.npy, arr_1.npy"],
    ["that are pickled", { x_train: npy("|O", [4], []), y_train: y }, "holds pickled objects, which are not read"],
    [
      "in the order of columns",
      { x_train: npy("|u1", [4, 6, 4, 3], train, true), y_train: y },
      "is in the order of columns",
    ],
    ["cut short", { x_train: x.subarray(0, -1), y_train: y }, "is cut short or too long: got 287 bytes"],
    ["of complex numbers", { x_train: npy("<c8", [36], train), y_train: y }, "has the type c8"],
    ["of records", { x_train: npy("[('a', '<i4')]", [4], train), y_train: y }, "its header is not one that is read"],
    ["that are no array", { x_train: Buffer.from("no array, just text"), y_train: y }, "is no array of NumPy"],
    [
      "of two channels",
      { x_train: npy("|u1", [4, 6, 6, 2], train), y_train: y },
      "got 4x6x6x2, expected 1 or 3 channels",
    ],
    [
      "that may be planes or not",
      { x_train: npy("|u1", [4, 3, 8, 3], train), y_train: y },
      "may be N x H x W x C or N x C x H x W",
    ],
    ["of one dimension too few", { x_train: npy("|u1", [4, 72], train), y_train: y }, "got 4x72, expected images"],
    [
      "with one-hot labels",
      { x_train: x, y_train: npy("<i8", [4, 2], [1, 0, 0, 1, 1, 0, 0, 1]) },
      "got 4x2, expected a label",
    ],
    ["with too few labels", { x_train: x, y_train: npy("<i8", [3], [3, 7, 3]) }, "got 3 labels, expected 4"],
    [
      "with a label that is no class",
      { x_train: x, y_train: npy("<f4", [4], [0, 1, 0.5, 1]) },
      "label of image 2 got 0.5",
    ],
    [
      "with a label that training lacks",
      { ...set, y_test: npy("<i8", [1], [5]) },
      "y_test.npy: label of image 0 got 5",
    ],
    [
      "that are normalised",
      { x_train: npy("<f4", [1, 2, 3, 1], [0, 1, -1, 0, 0, 0]), y_train: npy("|u1", [1], [1]) },
      "element 2 got -1",
    ],
    [
      "that are no numbers",
      { x_train: npy("<f4", [1, 2, 2], [0, 1, Number.NaN, 0]), y_train: npy("|u1", [1], [1]) },
      "element 2 got NaN",
    ],
    ["of two sizes", { ...set, x_test: npy("|u1", [1, 4, 6, 3], test) }, "got images of 6x4x3, expected 4x6x3"],
  ])("%s are refused", async (_, arrays, message) => {
    await expect(load(arrays)).rejects.toMatchObject({
      ...{ code: "E_NPZ", kind: "usage", hint: expect.any(String), message: expect.stringContaining(message) },
    });
  });
});

/** `[N, 6, 4, 3]` to `[N, 3, 6, 4]`. */
function planar(bytes: Uint8Array): Uint8Array {
  return bytes.map((_, i) => bytes[Math.floor(i / 72) * 72 + (i % 24) * 3 + Math.floor((i % 72) / 24)]!);
}
