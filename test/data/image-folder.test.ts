import { describe, expect, it } from "vitest";
import { type DataSet, loadDataSet } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { sampleClasses, writeFiles } from "./sample-files.ts";

const load = (files: Record<string, string | Uint8Array>): Promise<DataSet> =>
  loadDataSet(writeFiles(temporaryFolder(), files), { seed: 1 });
/** Files of a class in one folder, `PREFIX/ant-0.png` and so on. */
const flat = async (prefix: string, seed: number): Promise<Record<string, Buffer>> =>
  Object.fromEntries(
    Object.entries(await sampleClasses({ ant: 4, bee: 4 }, { seed })).map(([name, bytes]) => [
      `${prefix}${name.replace("/", "-")}`,
      bytes,
    ]),
  );
const rows = (names: readonly string[]): [string, string][] =>
  names.map((name) => [name.replace(/^.*\//, ""), /ant|bee/.exec(name)![0]]);
const csv = (files: Record<string, Buffer>): string =>
  ["file_name,label", ...rows(Object.keys(files)).map((row) => row.join(","))].join("\n");
const jsonl = (files: Record<string, Buffer>, key = "label"): string =>
  rows(Object.keys(files))
    .map(([name, label], i) => JSON.stringify({ file_name: name, text: `photo ${i}`, [key]: label, width: 8 }))
    .join("\n");

describe("images with metadata", () => {
  it("are read by metadata.csv or metadata.jsonl as class folders are", async () => {
    const folders = await load(await sampleClasses({ ant: 4, bee: 4 }));
    const files = await flat("", 0);
    for (const metadata of [
      { "metadata.csv": csv(files) },
      { "metadata.jsonl": jsonl(files) },
      { "metadata.jsonl": jsonl(files, "kind") },
    ]) {
      const data = await load({ ...files, ...metadata });
      expect(data.source.kind).toBe("image-folder");
      expect(data.source.fingerprint).toBe(folders.source.fingerprint);
    }
    const within = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`pets/${name}`, bytes]));
    const data = await load({ ...within, "pets/metadata.csv": csv(files) });
    expect(data.source.fingerprint).toBe(folders.source.fingerprint);
  });

  it("have splits as folders, each with metadata, or all named from above", async () => {
    const [train, validation, test] = [await flat("train/", 0), await flat("validation/", 20), await flat("test/", 40)];
    const all = { ...train, ...validation, ...test };
    const own = {
      ...{ "train/metadata.csv": csv(train), "test/metadata.jsonl": jsonl(test) },
      "validation/metadata.csv": csv(validation),
    };
    const above = ["file_name,label", ...Object.keys(all).map((name) => `${name},${/ant|bee/.exec(name)![0]}`)].join(
      "\n",
    );
    const [first, second] = [await load({ ...all, ...own }), await load({ ...all, "metadata.csv": above })];
    for (const data of [first, second]) {
      expect([data.train.count, data.validation!.count, data.test!.count]).toEqual([8, 8, 8]);
    }
    expect(second.source.fingerprint).toBe(first.source.fingerprint);
  });

  it("say which images no metadata name, and read numbers as names of classes", async () => {
    const files = await flat("", 0);
    const some = Object.keys(files).slice(1);
    const metadata = some.map((name) => JSON.stringify({ file_name: name, label: name.startsWith("ant") ? 0 : 1 }));
    const data = await load({ ...files, "metadata.jsonl": metadata.join("\n") });
    expect(data.classNames).toEqual(["0", "1"]);
    expect(data.report.warnings).toContain("1 of the images are not in the metadata and not used, such as ant-0.png");
  });

  it("leave class folders as they are where they name no class", async () => {
    const files = await sampleClasses({ ant: 4, bee: 4 });
    const folders = await load(files);
    const captions = ["file_name,text", ...Object.keys(files).map((name, i) => `${name},caption ${i}`)].join("\n");
    for (const metadata of [captions, "id,dx\n1,nv\n"]) {
      const data = await load({ ...files, "metadata.csv": metadata });
      expect(data.source).toMatchObject({ kind: "class-folders", fingerprint: folders.source.fingerprint });
    }
  });

  it.each([
    ["a row without a label", '{"file_name":"ant-0.png"}', "metadata.jsonl line 1: no label"],
    ["a row that is no object", "[1]", "metadata.jsonl line 1: expected a JSON object"],
    ["a row that is no JSON", "{", "metadata.jsonl line 1: expected a JSON object"],
    ["a missing file", '{"file_name":"x.png","label":"ant"}', "metadata.jsonl line 1: no such file x.png"],
    [
      "a label that is a list",
      '{"file_name":"ant-0.png","label":[1]}',
      "label got [1], expected text or a whole number",
    ],
    ["an unknown split", '{"file_name":"ant-0.png","label":"a","split":"x"}', "split got x, expected train"],
  ])("with %s are refused, with the line", async (_, row, message) => {
    const files = await flat("", 0);
    const others = jsonl(files).split("\n").slice(1);
    await expect(load({ ...files, "metadata.jsonl": [row, ...others].join("\n") })).rejects.toMatchObject({
      ...{ code: "E_LIST", kind: "usage", message: expect.stringContaining(message) },
    });
  });
});
