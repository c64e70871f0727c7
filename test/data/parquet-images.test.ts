import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type DataSet, loadDataSet } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { sampleClasses, writeFiles } from "./sample-files.ts";

/** Written by pyarrow: scripts/golden/make-parquet-golden.py. */
const GOLDEN = fileURLToPath(new URL("../golden/parquet/", import.meta.url));
const golden = (name: string): Buffer => readFileSync(join(GOLDEN, name));
const load = (path: string, testFraction?: number): Promise<DataSet> =>
  loadDataSet(path, { seed: 1, ...(testFraction === undefined ? {} : { testFraction }) });
const SHARDS = ["train-00000-of-00002.parquet", "train-00001-of-00002.parquet", "test-00000-of-00001.parquet"] as const;
const [first, second, test] = SHARDS.map((name) => golden(`photos/${name}`)) as [Buffer, Buffer, Buffer];

describe("rows of Parquet", () => {
  let train: DataSet;
  let both: DataSet;

  beforeAll(async () => {
    const files = await sampleClasses({ ant: 6, "big cat": 5 }, { prefix: "train/" });
    const folder = writeFiles(temporaryFolder(), files);
    train = await load(join(folder, "train"));
    writeFiles(folder, await sampleClasses({ ant: 2, "big cat": 2 }, { prefix: "test/", seed: 50 }));
    both = await load(folder);
  });

  it("are the data set that class folders of the same images are", async () => {
    const data = await load(join(GOLDEN, "photos"));
    expect(data).toMatchObject({ name: "photos", classNames: ["ant", "big cat"], source: { kind: "parquet" } });
    expect(data.source.fingerprint).toBe(both.source.fingerprint);
    expect(data.source.files.map(({ sha256 }) => sha256)).toEqual(both.source.files.map(({ sha256 }) => sha256));
    expect(data.source.files[7]!.path).toBe("train-00001-of-00002.parquet row 1");
    expect(data.report.testSplit).toEqual({ kind: "given", name: "test-00000-of-00001.parquet" });
  });

  it.each([
    ["below a folder", (name: string) => `data/${name}`],
    ["in a folder a split", (name: string) => `default/${name.replace(/-0*(\d)-of.*/, "/000$1.parquet")}`],
  ])("lie %s too", async (_, place) => {
    const files = Object.fromEntries(SHARDS.map((name, i) => [place(name), [first, second, test][i]!]));
    const data = await load(writeFiles(temporaryFolder(), { ...files, "README.md": "x" }));
    expect(data.source.fingerprint).toBe(both.source.fingerprint);
  });

  it.each(["none", "snappy", "gzip", "brotli", "zstd", "plain", "text"])("are read as %s", async (name) => {
    const data = await load(join(GOLDEN, `${name}.parquet`));
    expect(data.source.fingerprint).toBe(train.source.fingerprint);
  });

  it("for validation beside those for testing are for validation", async () => {
    const files = { "train-0.parquet": golden("text.parquet"), "validation-0.parquet": golden("text.parquet") };
    const only = await load(writeFiles(temporaryFolder(), files));
    expect([only.test!.count, only.validation]).toEqual([11, null]);
    const all = await load(writeFiles(temporaryFolder(), { ...files, "test-0.parquet": golden("text.parquet") }));
    expect([all.test!.count, all.validation!.count]).toEqual([11, 11]);
  });

  it("of a test split without labels are not used, with a warning", async () => {
    const files = { "train.parquet": golden("snappy.parquet"), "test.parquet": golden("unlabelled.parquet") };
    const data = await load(writeFiles(temporaryFolder(), files));
    expect(data.source.fingerprint).toBe(train.source.fingerprint);
    expect(data.report.warnings).toContain("images of test have no labels and are not used");
  });

  it("are kept decoded until their file changes", async () => {
    const path = join(writeFiles(temporaryFolder(), { "a.parquet": golden("text.parquet") }), "a.parquet");
    const stages: string[] = [];
    const options = { seed: 1, cacheFolder: temporaryFolder(), onProgress: () => void stages.push("x") };
    await loadDataSet(path, options);
    const count = stages.length;
    await loadDataSet(path, options);
    expect(stages.length).toBe(count);
    writeFiles(join(path, ".."), { "a.parquet": golden("snappy.parquet") });
    await loadDataSet(path, options);
    expect(stages.length).toBeGreaterThan(count);
  });

  it.each<[string, Record<string, Uint8Array>, string]>([
    ["of which a part is missing", { [SHARDS[0]]: first }, "1 of 2 files of train are there"],
    ["whose names tell no split", { "a.parquet": first, "b.parquet": second }, "the name a.parquet tells no split"],
    ["for testing alone", { "test.parquet": test }, "got no training image"],
    ["packed by LZ4", { "a.parquet": golden("lz4.parquet") }, "is packed by LZ4_RAW, expected none, Snappy"],
    [
      "in an encoding that is not read",
      { "a.parquet": golden("delta.parquet") },
      "has the encoding DELTA_BINARY_PACKED",
    ],
    ["without labels", { "a.parquet": golden("unlabelled.parquet") }, "a.parquet row 0 has no label (-1)"],
    ["with a row without an image", { "a.parquet": golden("no-image.parquet") }, "row 0 has no image"],
    ["with a row without a label", { "a.parquet": golden("no-label.parquet") }, "row 0 has no label"],
    [
      "with a label that has no name",
      { "a.parquet": golden("out-of-range.parquet") },
      "row 0: label got 2, expected 0 to 1",
    ],
    ["without images", { "a.parquet": golden("no-columns.parquet") }, "no column of images, got text, label"],
    ["cut short", { "a.parquet": first.subarray(0, -9) }, "is no Parquet, or is cut short"],
    ["that are none", { "a.parquet": Buffer.from("PAR1, says it") }, "is no Parquet"],
  ])("%s are refused", async (_, files, message) => {
    await expect(load(writeFiles(temporaryFolder(), files))).rejects.toMatchObject({
      ...{ code: "E_PARQUET", kind: "usage", hint: expect.any(String), message: expect.stringContaining(message) },
    });
  });
});
