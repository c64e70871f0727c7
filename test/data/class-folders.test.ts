import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findClassFolders as findIn } from "../../src/data/class-folders.ts";
import { DiskFolder } from "../../src/data/disk-folder.ts";
import { FolderScan } from "../../src/data/folder-scan.ts";
import type { LabelledFiles } from "../../src/data/labelled-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { writeFiles } from "./sample-files.ts";

/** Empty files at these paths: finding does not read them. */
const folderOf = (...paths: string[]): string =>
  writeFiles(temporaryFolder(), Object.fromEntries(paths.map((path) => [path, ""])));

const findClassFolders = (folder: string): LabelledFiles | null =>
  findIn(new FolderScan(new DiskFolder(folder), "present"));

describe("findClassFolders", () => {
  it("sorts classes and files by code point and lists what it leaves out", () => {
    const found = findClassFolders(
      folderOf("b/2.PNG", "b/10.jpg", "a/x.webp", "Z/q.tiff", "a/x.doc", "read.me", "a/.hid.png", "a/Thumbs.db"),
    );
    expect(found?.classNames).toEqual(["Z", "a", "b"]);
    expect(found?.train).toEqual([
      { path: "Z/q.tiff", label: 0 },
      { path: "a/x.webp", label: 1 },
      { path: "b/10.jpg", label: 2 },
      { path: "b/2.PNG", label: 2 },
    ]);
    expect(found?.ignored).toEqual(["read.me", "a/x.doc"]);
    expect(found?.test).toBeNull();
  });

  it.each([
    ["train", "test"],
    ["Train", "val"],
    ["training", "valid"],
  ])("takes %s/ and %s/ as splits", (train, test) => {
    const found = findClassFolders(
      folderOf(`${train}/a/1.png`, `${train}/b/1.png`, `${test}/b/2.png`, `${test}/a/2.png`),
    );
    expect(found).toMatchObject({ classNames: ["a", "b"], testName: `${test}/` });
    expect(found?.test).toEqual([
      { path: `${test}/a/2.png`, label: 0 },
      { path: `${test}/b/2.png`, label: 1 },
    ]);
  });

  it("tests on test/ where val/ is beside it, which is for validation", () => {
    const splits = ["train", "val", "test"].flatMap((split) => [`${split}/a/1.png`, `${split}/b/1.png`]);
    expect(findClassFolders(folderOf(...splits))).toMatchObject({
      ...{ testName: "test/", validationName: "val/", notes: [] },
      validation: [
        { path: "val/a/1.png", label: 0 },
        { path: "val/b/1.png", label: 1 },
      ],
    });
  });

  it("takes train/ without test/", () => {
    expect(findClassFolders(folderOf("train/a/1.png", "train/b/1.png"))).toMatchObject({
      classNames: ["a", "b"],
      test: null,
    });
  });

  it("lets a class be called train", () => {
    expect(findClassFolders(folderOf("bus/1.png", "train/1.png", "test/1.png"))?.classNames).toEqual([
      "bus",
      "test",
      "train",
    ]);
  });

  it("follows links", () => {
    const [elsewhere, folder] = [folderOf("1.png", "2.png"), folderOf("a/1.png")];
    symlinkSync(elsewhere, join(folder, "b"));
    expect(findClassFolders(folder)?.train.map((file) => file.path)).toEqual(["a/1.png", "b/1.png", "b/2.png"]);
  });

  it("finds nothing where there is no image", () => {
    expect(findClassFolders(folderOf("a/1.txt", "b/c/2.txt"))).toBeNull();
  });

  it.each([
    ["images in no class folder", ["1.png", "2.png"], "E_DATA_NESTED", "2 images lie in the folder itself"],
    [
      "all classes one level too deep",
      ["set/a/1.png", "set/b/1.png", "more/c/1.png"],
      "E_DATA_NESTED",
      "images lie deeper than expected",
    ],
    [
      "one class too deep",
      ["a/1.png", "b/old/1.png"],
      "E_DATA_NESTED",
      "images lie in b/old/, expected directly in b/",
    ],
    ["images at two depths", ["a/1.png", "b/1.png", "b/x/1.png"], "E_DATA_NESTED", "images lie in b/x/"],
    [
      "a class of other files",
      ["a/1.png", "b/1.doc"],
      "E_DATA_EMPTY_CLASS",
      "class folder b/, only 1 other file such as 1.doc",
    ],
    ["an empty test/", ["train/a/1.png", "train/b/1.png", "test/a/x.txt"], "E_DATA_EMPTY_CLASS", "no images in test/"],
    [
      "other classes in test/",
      ["train/a/1.png", "train/b/1.png", "test/a/1.png", "test/B/1.png"],
      "E_DATA_CLASSES_DIFFER",
      "B only in test/; b not in test/",
    ],
  ])("refuses %s", (_, paths, code, message) => {
    const folder = folderOf(...paths);
    expect(() => findClassFolders(folder)).toThrow(
      expect.objectContaining({
        code,
        kind: "usage",
        message: expect.stringContaining(message),
        hint: expect.any(String),
      }),
    );
  });

  it("goes on with the classes of training, in their order, where test/ lacks one", () => {
    const folder = folderOf("train/a/1.png", "train/b/1.png", "train/c/1.png", "test/c/1.png", "test/b/notes.txt");
    const found = findClassFolders(folder);
    expect(found?.classNames).toEqual(["a", "b", "c"]);
    expect(found?.test).toEqual([{ path: "test/c/1.png", label: 2 }]);
    expect(found?.ignored).toEqual(["test/b/notes.txt"]);
  });

  it("names an empty class folder", () => {
    const folder = folderOf("a/1.png", "b/1.png");
    mkdirSync(join(folder, "train of thought"));
    expect(() => findClassFolders(folder)).toThrow(/no images in class folder train of thought\/$/);
  });
});
