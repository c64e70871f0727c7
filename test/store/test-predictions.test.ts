import { describe, expect, it } from "vitest";
import { MemoryPixels } from "../../src/data/memory-pixels.ts";
import {
  RunFolder,
  readTestImages,
  readTestPredictions,
  saveTestPredictions,
  TEST_IMAGES_FILE,
  TEST_PREDICTIONS_FILE,
} from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("test predictions", () => {
  const shape = { height: 2, width: 1, channels: 1 } as const;

  it("keep the class of each image, and pixels of at most 40 of each field", () => {
    const folder = RunFolder.create(`${temporaryFolder()}/run`);
    const count = 150;
    const labels = Uint16Array.from({ length: count }, (_, image) => image % 2);
    const pixels = Uint8Array.from({ length: 2 * count }, (_, k) => k >> 1);
    // All are taken for class 1, the last for class 2.
    const probabilities = Float64Array.from({ length: 3 * count }, (_, k) => [0.2, 0.5, 0.3][k % 3]!);
    probabilities.set([0.1, 0.2, 0.7], 3 * (count - 1));
    saveTestPredictions(folder, { shape, pixels: new MemoryPixels(shape, pixels), labels, count }, probabilities);
    const test = readTestPredictions(folder)!;
    expect(test.labels).toEqual([...labels]);
    expect(test.predictions).toEqual([...new Array(count - 1).fill(1), 2]);
    expect(test.confidences.slice(-2)).toEqual([0.5, 0.7]);
    expect(test.labelPlaces!.slice(-4)).toEqual([2, 0, 2, 1]);
    expect(test.kept).toEqual([...Array.from({ length: 80 }, (_, image) => image), count - 1]);
    expect([...folder.read(TEST_IMAGES_FILE)]).toEqual(test.kept.flatMap((image) => [image, image]));
  });

  it("are refused with pixels of another number of images", () => {
    const folder = RunFolder.create(`${temporaryFolder()}/run`);
    const pixels = new MemoryPixels(shape, Uint8Array.of(1, 2, 3, 4));
    const split = { shape, pixels, labels: Uint16Array.of(0, 1), count: 2 };
    saveTestPredictions(folder, split, Float64Array.of(0.6, 0.4, 0.3, 0.7));
    const test = readTestPredictions(folder)!;
    expect([...readTestImages(folder, test)]).toEqual([1, 2, 3, 4]);
    folder.write(TEST_IMAGES_FILE, Uint8Array.of(1, 2, 3));
    expect(() => readTestImages(folder, test)).toThrowError(/got 3 bytes, expected 4 for 2 images/);
    folder.remove(TEST_IMAGES_FILE);
    expect(() => readTestImages(folder, test)).toThrowError(expect.objectContaining({ code: "E_RUN_FILE" }));
  });

  it("of older runs say nothing of the places of the labels", () => {
    const folder = RunFolder.create(`${temporaryFolder()}/run`);
    const old = { shape, labels: [0, 1], predictions: [1, 1], confidences: [0.5, 0.7001], kept: [] };
    folder.writeJson(TEST_PREDICTIONS_FILE, old);
    expect(readTestPredictions(folder)).toEqual({ ...old, labelPlaces: null });
  });

  it("are missing in older runs, and named if they are damaged", () => {
    const folder = RunFolder.create(`${temporaryFolder()}/run`);
    expect(readTestPredictions(folder)).toBeNull();
    for (const text of ["{", "[]", '{"shape":{"height":0,"width":1,"channels":1}}']) {
      folder.write(TEST_PREDICTIONS_FILE, text);
      expect(() => readTestPredictions(folder)).toThrowError(expect.objectContaining({ code: "E_RUN_FILE" }));
    }
  });
});
