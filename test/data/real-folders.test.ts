/** @file Folders of images as people have them: with what systems leave, in folders around folders, under names of their own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DataSet, formatDataReport, loadDataSet } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { sampleClasses, samplePng, writeFiles } from "./sample-files.ts";

const CONFIG = JSON.stringify({
  ...{ formatVersion: 2, command: "search", strategy: "two-stage", seed: 1 },
  ...{ classNames: ["a", "b"], normalisation: { mean: [0], standardDeviation: [1] } },
});

const load = (folder: string): Promise<DataSet> => loadDataSet(folder, { seed: 1 });
const pets = (): Promise<Record<string, Buffer>> => sampleClasses({ cat: 3, dog: 3 });
const splits = async (train: string, test: string): Promise<Record<string, Buffer>> => ({
  ...(await sampleClasses({ cat: 3, dog: 3 }, { prefix: `${train}/` })),
  ...(await sampleClasses({ cat: 2, dog: 2 }, { prefix: `${test}/`, seed: 50 })),
});
const errorOf = (folder: string): Promise<{ message: string; hint: string; code: string }> =>
  load(folder).then(
    () => {
      throw new Error("was read");
    },
    (error) => error,
  );

describe("runs inside the data folder", () => {
  it.each([
    ["the cache alone", { "runs/.ista-nas-cache/0.images": "x" }],
    ["runs", { "runs/one/config.json": CONFIG, "runs/one/data.json": "{}", "runs/.ista-nas-cache/0.images": "x" }],
    ["runs, the cache removed", { "runs/one/config.json": CONFIG, "runs/two/config.json": CONFIG }],
    ["a run that --out names", { "first/config.json": CONFIG, "first/checkpoints/000001/state.json": "{}" }],
    ["a study", { "study/support-1/config.json": CONFIG, "study/study.csv": "" }],
    ["runs in a folder of folders", { "out/2026/one/config.json": CONFIG }],
    ["a run in a class", { "cat/runs/one/config.json": CONFIG, "cat/.ista-nas-cache/0.images": "x" }],
    ["a run with pictures in it", { "runs/one/config.json": CONFIG, "runs/one/plots/1.png": "x" }],
  ])("are no class: %s", async (_, files) => {
    const folder = writeFiles(temporaryFolder(), await pets());
    const { source } = await load(folder);
    writeFiles(folder, files);
    const again = await load(folder);
    expect(again.classNames).toEqual(["cat", "dog"]);
    expect(again.source.fingerprint).toBe(source.fingerprint);
    expect(again.report.ignoredCount).toBe(0);
    const said = again.report.remarks.filter((remark) =>
      /^passed over: 1 folder of runs of this program, /.test(remark),
    );
    expect(said).toHaveLength(1);
  });

  it("are no class beside train/ and in it, nor data beside files of many images", async () => {
    const folder = writeFiles(temporaryFolder(), await splits("train", "test"));
    writeFiles(folder, { "train/runs/one/config.json": CONFIG, "runs/.ista-nas-cache/x": "" });
    const { classNames, report } = await load(folder);
    expect(classNames).toEqual(["cat", "dog"]);
    expect(report.remarks).toEqual(["passed over: 2 folders of runs of this program, runs/, train/runs/"]);
    expect(report.warnings.join()).not.toContain("not used");
  });

  it("leave a class a class that has images, whatever it is called", async () => {
    const folder = writeFiles(temporaryFolder(), await sampleClasses({ runs: 3, walks: 3 }));
    writeFiles(folder, { "runs/.ista-nas-cache/0.images": "x", "walks/config.json": '{"model_type":"vit"}' });
    const { classNames, report } = await load(folder);
    expect(classNames).toEqual(["runs", "walks"]);
    expect(report.warnings).toContain("class runs: runs of this program lie among its images");
  });
});

describe("what systems leave", () => {
  it("is counted in one line, and never a class", async () => {
    const folder = writeFiles(temporaryFolder(), await pets());
    writeFiles(folder, {
      "__MACOSX/cat/._0.png": "x",
      ".DS_Store": "x",
      "cat/._0.png": "x",
      "cat/Thumbs.db": "x",
      "dog/desktop.ini": "x",
      "@eaDir/cat/SYNOFILE_THUMB_M.jpg": "x",
      "cat/@eaDir/0.png/SYNOFILE_THUMB_M.jpg": "x",
      "$RECYCLE.BIN/1.jpg": "x",
      "System Volume Information/x": "x",
      ".Spotlight-V100/x": "x",
      "cat/notes.txt": "x",
    });
    mkdirSync(join(folder, "lost+found"));
    const { classNames, report } = await load(folder);
    expect(classNames).toEqual(["cat", "dog"]);
    expect(report.ignoredExamples).toEqual(["cat/notes.txt"]);
    expect(report.remarks).toEqual([
      "passed over: 11 hidden or system files and folders, such as $RECYCLE.BIN/, .DS_Store, .Spotlight-V100/",
    ]);
    expect(formatDataReport(report)).toMatch(/^note: passed over: 11 hidden/m);
  });
});

describe("names of classes", () => {
  it("that differ only in capitals, blanks or accents are warned of", async () => {
    const names = { Cat: 2, cat: 2, "cat ": 2, café: 2, "cafe\u0301": 2, dog: 2 };
    const folder = writeFiles(temporaryFolder(), await sampleClasses(names));
    const { classNames, report } = await load(folder);
    const sameFile = process.platform === "darwin" || process.platform === "win32";
    if (sameFile) return;
    expect(classNames).toHaveLength(6);
    const warned = report.warnings.filter((text) => text.startsWith("classes whose names differ only in"));
    expect(warned.map((text) => text.replace(/^.*: /, ""))).toEqual([
      '"Cat", "cat", "cat "',
      '"cafe\u0301", "caf\u00e9"',
    ]);
  });

  it("are the same in training and test however accents are encoded", async () => {
    const files = {
      ...(await sampleClasses({ café: 2, dog: 2 }, { prefix: "train/" })),
      ...(await sampleClasses({ "cafe\u0301": 1, dog: 1 }, { prefix: "test/", seed: 30 })),
    };
    const { classNames, test } = await load(writeFiles(temporaryFolder(), files));
    expect(classNames).toEqual(["caf\u00e9", "dog"]);
    expect([...test!.labels]).toEqual([0, 1]);
  });

  it("that differ in capitals between training and test are named", async () => {
    const files = { ...(await sampleClasses({ cat: 2, dog: 2 }, { prefix: "train/" })), "test/Cat/1.png": "x" };
    const { hint } = await errorOf(writeFiles(temporaryFolder(), files));
    expect(hint).toBe('"cat" and "Cat" differ only in capitals or blanks: give both folders one name');
  });

  it("that are numbers are said to be sorted as text where that differs", async () => {
    const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [String(i), 2]));
    const { classNames, report } = await load(writeFiles(temporaryFolder(), await sampleClasses(eleven)));
    expect(classNames.slice(0, 3)).toEqual(["0", "1", "10"]);
    expect(report.remarks).toEqual([
      "classes are in the order of their names as text (0, 1, 10, 2 ...), in labels.txt too, not of their numbers",
    ]);
    const ten = await load(writeFiles(temporaryFolder(), await sampleClasses({ 0: 2, 1: 2, 2: 2 })));
    expect(ten.report.remarks).toEqual([]);
  });
});

describe("folders around the classes", () => {
  it("are gone through if there is one, and named", async () => {
    const plain = await load(writeFiles(temporaryFolder(), await pets()));
    const files = await sampleClasses({ cat: 3, dog: 3 }, { prefix: "archive/PetImages/" });
    const folder = writeFiles(temporaryFolder(), { ...files, "archive/docs/readme.txt": "x", "__MACOSX/x": "" });
    const { source, report } = await load(folder);
    expect(source.fingerprint).toBe(plain.source.fingerprint);
    expect(report.remarks[0]).toBe("read is archive/PetImages/, the one folder with folders of images");
    expect(report.warnings).toContain("the folder archive/docs/ is not used");
  });

  it("are told apart if they are several, with what was found and what is read", async () => {
    const animals = await sampleClasses({ cat: 2, dog: 2 }, { prefix: "animals/" });
    const things = await sampleClasses({ car: 2, bus: 2 }, { prefix: "things/", seed: 30 });
    const both = writeFiles(temporaryFolder(), { ...animals, ...things });
    const two = await errorOf(both);
    expect(two.code).toBe("E_DATA_NESTED");
    expect(two.message).toContain("got animals/ with cat, dog; things/ with bus, car");
    expect(two.hint).toBe(
      `read are CLASS/image.jpg, or train/CLASS/image.jpg and test/CLASS/image.jpg; if cat, dog, bus, car are the classes, move their folders up into ${both}`,
    );
    const folder = writeFiles(temporaryFolder(), { ...animals, "raw/2026/1.png": await samplePng({}) });
    const one = await errorOf(folder);
    expect(one.hint).toContain(`to read animals/ alone: ista-nas check ${folder}/animals`);
  });

  it("never lead to training on a test folder unasked", async () => {
    const folder = writeFiles(temporaryFolder(), await sampleClasses({ cat: 2, dog: 2 }, { prefix: "test_set/" }));
    expect((await errorOf(folder)).hint).toContain("put the training images into train/ beside it");
  });
});

describe("names of splits", () => {
  it.each([
    ["training_set", "test_set"],
    ["Training", "Testing"],
    ["seg_train/seg_train", "seg_test/seg_test"],
    ["TRAIN", "Valid"],
    ["trainset", "testset"],
    ["Train Data", "Test Data"],
    ["train-images", "val-images"],
    ["asl_alphabet_train/asl_alphabet_train", "asl_alphabet_test/asl_alphabet_test"],
    ["chest_xray/train", "chest_xray/test"],
  ])("%s and %s are training and test", async (train, test) => {
    const { classNames, test: tested, report } = await load(writeFiles(temporaryFolder(), await splits(train, test)));
    expect(classNames).toEqual(["cat", "dog"]);
    expect(tested!.count).toBe(4);
    expect(report.testSplit).toEqual({ kind: "given", name: `${test}/` });
    const isPlain = /^(train(ing)?|test(ing)?|valid)$/i.test(train);
    expect(report.remarks).toEqual(isPlain ? [] : [`read are ${train}/ for training and ${test}/ for testing`]);
  });

  it("with valid/ and test/ test on test/ and validate on valid/", async () => {
    const files = { ...(await splits("train", "test")), ...(await splits("valid", "pictures")) };
    const { report, train, validation, test } = await load(writeFiles(temporaryFolder(), files));
    expect(report).toMatchObject({ testSplit: { name: "test/" }, validationSplit: "valid/" });
    expect([train.count, validation!.count, test!.count]).toEqual([6, 6, 4]);
    expect(report.warnings).toContain("the folder pictures/ is not used");
    expect(formatDataReport(report)).toMatch(/class +train +val +test\n +cat +3 +3 +2\n/);
  });

  it("are read without valid/ where data were loaded so before", async () => {
    const folder = writeFiles(temporaryFolder(), await splits("train", "test"));
    const before = (await load(folder)).source.fingerprint;
    writeFiles(folder, await splits("valid", "valid"));
    const present = await load(folder);
    expect(present.source.fingerprint).not.toBe(before);
    const again = await loadDataSet(folder, { seed: 1, fingerprint: before });
    expect([again.validation, again.source.fingerprint]).toEqual([null, before]);
    const kept = await loadDataSet(folder, { seed: 1, fingerprint: present.source.fingerprint });
    expect(kept.validation!.count).toBe(present.validation!.count);
  });

  it("with other words beside them belong together only if these are the same", async () => {
    const files = { ...(await splits("train", "test_masks")) };
    const { report } = await load(writeFiles(temporaryFolder(), files));
    expect(report.testSplit.kind).toBe("made");
  });
});

describe("formats that are not read", () => {
  it("are a warning with what to do, where other images are beside them", async () => {
    const folder = writeFiles(temporaryFolder(), await pets());
    for (let i = 0; i < 20; i++) writeFiles(folder, { [`cat/IMG_${i}.HEIC`]: "x" });
    const { report } = await load(folder);
    expect(report.ignoredCount).toBe(0);
    const warning = report.warnings.find((text) =>
      text.startsWith("20 HEIC images are not read and left out (cat/ 20)"),
    );
    expect(warning).toContain("convert them to JPEG, in the folder: magick mogrify -format jpg *.HEIC");
  });

  it("are named where there are no others, in a class or at all", async () => {
    const folder = writeFiles(temporaryFolder(), { "cat/1.heic": "x", "dog/1.heic": "x" });
    const none = await errorOf(folder);
    expect(none.message).toContain("all images are in formats that are not read, such as cat/1.heic in HEIC");
    expect(none.hint).toContain("sips -s format jpeg *.heic");
    const { message, hint } = await errorOf(writeFiles(folder, { "dog/1.png": await samplePng({}) }));
    expect(message).toContain("no images in class folder cat/, only 1 HEIC image such as 1.heic");
    expect(hint).toMatch(/^HEIC is not read: convert them to JPEG/);
  });
});
