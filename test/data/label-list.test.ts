import { join } from "node:path";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { type DataSet, loadDataSet } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { sampleClasses, writeFiles } from "./sample-files.ts";

const load = (path: string): Promise<DataSet> => loadDataSet(path, { seed: 1 });
const images = await sampleClasses({ ant: 6, "big cat": 5 });
const names = Object.keys(images);
const rowsOf = (delimiter: string, split = ""): string[] =>
  names.map((name) => [name, name.split("/")[0], ...(split === "" ? [] : [split])].join(delimiter));
const listed = (list: string | Uint8Array, name = "labels.csv"): string =>
  join(writeFiles(temporaryFolder(), { ...images, [name]: list }), name);

describe("a list of files and labels", () => {
  it.each([
    ["with a header", `file,label\n${rowsOf(",").join("\n")}\n`],
    ["without one", rowsOf(",").join("\n")],
    ["in any order", `file,label\n${rowsOf(",").toReversed().join("\n")}\n`],
    ["with a mark, CRLF and empty lines", `\ufefffilename,class\r\n\r\n${rowsOf(",").join("\r\n")}\r\n\r\n`],
    ["with CR alone", `path,label\r${rowsOf(",").join("\r")}\r`],
    ["with quotes", `"Image Path","breed"\n${names.map((name) => `"${name}" ,  "${name.split("/")[0]}"`).join("\n")}`],
    ["with semicolons", `label;x;file\n${names.map((name) => `${name.split("/")[0]};"a;b";${name}`).join("\n")}`],
    ["with paths that go round", `file,label\n${rowsOf(",").join("\n").replaceAll("ant/", "./ant/")}`],
  ])("%s is the data set that class folders are", async (_, list) => {
    const folder = await load(writeFiles(temporaryFolder(), images));
    const data = await load(listed(list));
    expect(data).toMatchObject({ name: "labels", classNames: ["ant", "big cat"], source: { kind: "list" } });
    expect(data.source.fingerprint).toBe(folder.source.fingerprint);
    expect(data.source.files).toEqual(folder.source.files);
  });

  it("orders images by class and path, whatever their files are called", async () => {
    const list = "ant/0.png,zebra\nant/2.png,ape\nant/1.png,ape\nant/3.png,zebra\n";
    const { train, source } = await loadDataSet(listed(list), { seed: 1, testFraction: 0 });
    expect([...train.labels]).toEqual([0, 0, 1, 1]);
    expect(source.files.map(({ path }) => path)).toEqual(["ant/1.png", "ant/2.png", "ant/0.png", "ant/3.png"]);
  });

  it("may have tabs, and lie in an archive", async () => {
    const folder = await load(writeFiles(temporaryFolder(), images));
    const list = `file\tlabel\n${rowsOf("\t").join("\n")}`;
    expect((await load(listed(list, "labels.tsv"))).source.fingerprint).toBe(folder.source.fingerprint);
    const path = join(
      writeFiles(temporaryFolder(), { "a.zip": zipSync({ ...images, "labels.tsv": Buffer.from(list) }) }),
      "a.zip/labels.tsv",
    );
    expect((await load(path)).source.fingerprint).toBe(folder.source.fingerprint);
  });

  it("may say the split of each", async () => {
    const splits = [
      "train",
      "Training",
      "val",
      "test",
      "train",
      "validation",
      "train",
      "val",
      "testing",
      "train",
      "train",
    ];
    const list = `file,label,split\n${rowsOf(",")
      .map((row, i) => `${row},${splits[i]}`)
      .join("\n")}`;
    const { train, test, validation, report } = await load(listed(list));
    expect([train.count, test!.count, validation!.count]).toEqual([6, 2, 3]);
    expect([...train.labels, ...test!.labels, ...validation!.labels]).toEqual([0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 1]);
    expect(report).toMatchObject({
      testSplit: { kind: "given", name: "test of labels.csv" },
      validationSplit: "validation of labels.csv",
    });
    const only = list.replaceAll(",testing", ",train").replaceAll(",test\n", ",train\n");
    const { test: tested, validation: none } = await load(listed(only));
    expect([tested!.count, none]).toEqual([3, null]);
  });

  it("lists of one folder do not share what was decoded", async () => {
    const path = listed(`file,label\n${rowsOf(",").join("\n")}`);
    const some = `file,label\n${rowsOf(",").slice(3).join("\n")}`;
    const options = { seed: 1, cacheFolder: temporaryFolder(), testFraction: 0 };
    writeFiles(join(path, ".."), { "some.csv": some });
    for (const _ of [1, 2]) {
      expect((await loadDataSet(path, options)).train.count).toBe(11);
      expect((await loadDataSet(join(path, "..", "some.csv"), options)).train.count).toBe(8);
    }
  });

  const head = `file,label\n${rowsOf(",").join("\n")}\n`;
  it.each([
    ["missing files", `${head}x.png,ant\ny.png,ant\n`, "line 13: no such file x.png; line 14: no such file y.png"],
    ["a folder for a file", `${head}ant,ant\n`, "line 13: no such file ant"],
    ["an empty label", `${head}\n"ant/0.png",""\n`, "line 14: no label"],
    ["no file", `${head},ant\n`, "line 13: no file"],
    ["a file twice", `${head}ant/0.png,big cat\n`, "line 13: ant/0.png is there twice, first at line 2"],
    ["too many fields", `${head}ant/0.png,ant,x\n`, "line 13: got 3 fields, expected 2"],
    ["too few fields", `${head}ant/0.png\n`, "line 13: got 1 fields, expected 2"],
    ["an open quote", `${head}ant/0.png,"ant\n`, "line 13: a quote is not closed"],
    ["text after a quote", `${head}"ant/0.png"x,ant\n`, "line 13: text after a quote that closes a field"],
    ["an unknown split", "file,label,split\nant/0.png,ant,train\nant/1.png,ant,holdout\n", "line 3: split got holdout"],
    ["no split", "ant/0.png,ant,train\nant/1.png,ant,\n", "line 2: split got nothing, expected train"],
    ["no training", "file,label,split\nant/0.png,ant,test\n", "got 1 row, none of training"],
    [
      "no column of labels",
      "file,width,height\nant/0.png,8,8\n",
      "line 1: no column for labels, got file, width, height",
    ],
    [
      "no header and no image",
      "0001,ant\n0002,bee\n",
      "line 1: neither a header nor a file and its label, got 0001, ant",
    ],
    ["a header alone", "file,label\n", "got no row"],
    ["nothing", "", "got no row"],
    ["UTF-16", Buffer.from("\ufefffile,label\n", "utf16le"), "got UTF-16, expected UTF-8"],
    [
      "another encoding",
      Buffer.from("file,label\na.png,caf\xe9\n", "latin1"),
      "line 2: got bytes that are no text in UTF-8",
    ],
    ["zero bytes", "file,label\n\0\n", "got a zero byte"],
  ])("with %s is refused, with the line", async (_, list, message) => {
    await expect(load(listed(list))).rejects.toMatchObject({
      ...{ code: "E_LIST", kind: "usage", hint: expect.any(String) },
      message: expect.stringContaining(message),
    });
  });

  it("whose test rows have other classes is refused", async () => {
    const list = "ant/0.png,ant,train\nbig cat/0.png,cat,train\nant/1.png,bee,test\n";
    await expect(load(listed(list))).rejects.toMatchObject({
      code: "E_DATA_CLASSES_DIFFER",
      message: expect.stringContaining("no training row of bee (line 3)"),
    });
  });

  it("beside images in no class folder is named", async () => {
    const flat = Object.fromEntries(Object.values(images).map((bytes, i) => [`${i}.png`, bytes]));
    const folder = writeFiles(temporaryFolder(), { ...flat, "train.csv": "x" });
    await expect(load(folder)).rejects.toMatchObject({
      code: "E_DATA_NESTED",
      hint: expect.stringContaining(`ista-nas check ${folder}/train.csv`),
    });
  });
});
