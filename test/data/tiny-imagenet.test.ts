import { describe, expect, it } from "vitest";
import { type DataSet, loadDataSet } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { sampleClasses, samplePng, writeFiles } from "./sample-files.ts";

const load = (files: Record<string, string | Uint8Array>): Promise<DataSet> =>
  loadDataSet(writeFiles(temporaryFolder(), files), { seed: 1 });
const renamed = (files: Record<string, Buffer>, name: (path: string) => string): Record<string, Buffer> =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [name(path), bytes]));
const trained = await sampleClasses({ n01: 3, n02: 3 });
const tested = await sampleClasses({ n01: 1, n02: 2 }, { seed: 50 });
const flat = (path: string): string => path.replace("/", "_").replace(".png", ".JPEG");
const annotations = Object.keys(tested).map((path) => `${flat(path)}\t${path.slice(0, 3)}\t0\t0\t9\t9`);
const files = {
  ...renamed(trained, (path) => `train/${path.slice(0, 3)}/images/${flat(path)}`),
  ...{ "train/n01/n01_boxes.txt": "x", "wnids.txt": "n02\nn01\n" },
  ...renamed(tested, (path) => `val/images/${flat(path)}`),
  "val/val_annotations.txt": `${annotations.join("\n")}\n`,
  "words.txt": "n00\tentity\nn01\tcrane, whooping crane\nn02\tcrane, lift\n",
  "test/images/test_0.JPEG": await samplePng({ seed: 99 }),
};

describe("Tiny ImageNet", () => {
  it("is read as it is published, and is what class folders of its images are", async () => {
    const folders = await load({
      ...renamed(trained, (path) => `train/${path}`),
      ...renamed(tested, (path) => `test/${path}`),
    });
    for (const prefix of ["", "tiny-imagenet-200/"]) {
      const own = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${prefix}${path}`, bytes]));
      const data = await load(own);
      expect(data).toMatchObject({
        classNames: ["whooping crane", "lift"],
        source: { kind: "tiny-imagenet" },
        validation: null,
      });
      expect(data.train).toEqual(folders.train);
      expect(data.test).toEqual(folders.test);
      expect(data.report.remarks[0]).toContain("the images in test/ have no labels and are not used");
    }
  });

  it("goes without words, and says which images have no line", async () => {
    const { "words.txt": _, ...others } = files;
    const data = await load({ ...others, "val/val_annotations.txt": annotations.slice(1).join("\n") });
    expect(data.classNames).toEqual(["n01", "n02"]);
    expect(data.report.warnings.join()).toContain("1 of the images in val/images/ have no line in val_annotations.txt");
  });

  it.each([
    ["a missing image", "x.JPEG\tn01", "val/val_annotations.txt line 1: no such file val/images/x.JPEG", "E_LIST"],
    ["a line cut short", "n01_0.JPEG", "val/val_annotations.txt line 1: got 1 fields", "E_LIST"],
    ["a class that training lacks", "n01_0.JPEG\tn07", "no training row of n07", "E_DATA_CLASSES_DIFFER"],
  ])("with %s is refused", async (_, line, message, code) => {
    await expect(load({ ...files, "val/val_annotations.txt": `${line}\n` })).rejects.toMatchObject({
      ...{ code, kind: "usage", message: expect.stringContaining(message) },
    });
  });
});
