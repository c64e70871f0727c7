import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { type DataSet, loadDataSet } from "../../src/data/index.ts";
import { allPixels } from "./all-pixels.ts";

describe("the embedded set", () => {
  let data: DataSet;
  beforeAll(async () => {
    data = await loadDataSet("demo", { seed: 1 });
  });

  it("has 500 training and 100 test images of each of ten classes", () => {
    expect(data.report.classes).toEqual(
      "T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot"
        .split(",")
        .map((name) => ({ name, trainCount: 500, testCount: 100 })),
    );
    expect(data).toMatchObject({ name: "fashion-mnist-6000", channels: 1, imageSize: { height: 28, width: 28 } });
    expect(allPixels(data.train).length).toBe(5000 * 784);
    expect(data.source.kind).toBe("demo");
  });

  it("has no two images with the same pixels", () => {
    const seen = new Set<string>();
    for (const split of [data.train, data.test!]) {
      for (let i = 0; i < split.count; i++)
        seen.add(Buffer.from(allPixels(split).subarray(i * 784, (i + 1) * 784)).toString("latin1"));
    }
    expect(seen.size).toBe(6000);
    expect(data.report.duplicates).toEqual({ withinTrain: 0, acrossSplits: 0, labelConflicts: 0, examples: [] });
    expect(data.report.warnings).toEqual([]);
  });

  it("keeps its pixels between versions", () => {
    expect(data.source.fingerprint).toBe("df0fdc7d1d78a0b1cf55201ccbad40ec176c4074d2a6c7a78c81d78fd8d48707");
  });

  it("is packed without a time", () => {
    for (const split of ["train", "t10k"]) {
      const bytes = readFileSync(
        new URL(`../../data/fashion-mnist-6000/${split}-images-idx3-ubyte.gz`, import.meta.url),
      );
      expect([...bytes.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
    }
  });

  it("can be asked for smaller and in colour", async () => {
    const small = await loadDataSet("demo", { seed: 1, imageSize: 14, colour: "rgb" });
    expect(small.train.shape).toEqual({ height: 14, width: 14, channels: 3 });
    expect(allPixels(small.train).length).toBe(5000 * 14 * 14 * 3);
    expect(small.report.isResized).toBe(true);
    const [red, green, blue] = allPixels(small.train).subarray(7 * 14 * 3, 7 * 14 * 3 + 3);
    expect([green, blue]).toEqual([red, red]);
  });
});
