import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { DiskFolder } from "../../src/data/disk-folder.ts";
import { FolderScan } from "../../src/data/folder-scan.ts";
import { findImageFolder } from "../../src/data/image-folder.ts";
import { readLabelList } from "../../src/data/label-list.ts";
import { allFiles, type LabelledFiles } from "../../src/data/labelled-files.ts";
import { findTinyImageNet } from "../../src/data/tiny-imagenet.ts";
import { writeFiles } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { mutatedFiles } from "./mutations.ts";

const names = ["a.png", "b.png", "c d.png"];
const folder = writeFiles(temporaryFolder(), Object.fromEntries(names.map((name) => [name, ""])));
const rows = names.map((name, i) => [name, i < 2 ? "ant" : 'a "big" cat', i === 0 ? "test" : "train"]);
const quoted = rows.map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(","));
const lists = [
  `file,label,split\n${quoted.join("\n")}\n`,
  `\ufefflabel;file\r\n${rows.map(([file, label]) => `${label!.replaceAll('"', "")};${file}`).join("\r\n")}`,
  quoted.slice(1).join("\n"),
].map((text) => Buffer.from(text));
const words = ['"', '""', ",", "\r", "\t", "../", "train", "validation", "\ufffe", "a.png", "/etc/passwd"];

function check(found: LabelledFiles): void {
  const files = allFiles(found);
  expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
  expect(found.train.length).toBeGreaterThan(0);
  for (const { label } of files) expect(found.classNames[label]).toBeTypeOf("string");
  expect(found.classNames).not.toContain("");
}

describe("lists", () => {
  fuzzReader({
    name: "list of labels",
    valid: lists,
    inputs: mutatedFiles(lists, words),
    sizeOf: (bytes) => bytes.length,
    read: (bytes) => {
      writeFileSync(join(folder, "labels.csv"), bytes);
      return readLabelList(new DiskFolder(folder), "labels.csv");
    },
    check,
  });

  const csv = [
    `file_name,text,label\n${rows.map(([file, label], i) => `${file},${i},"${label!.replaceAll('"', '""')}"`).join("\n")}`,
  ];
  const jsonl = [
    rows.map(([file, label]) => JSON.stringify({ file_name: file, label })).join("\n"),
    rows.map(([file], i) => JSON.stringify({ file_name: file, width: i, kind: "a", split: "train" })).join("\n"),
    rows.map(([file], i) => JSON.stringify({ file_name: file, label: i % 2 })).join("\n"),
  ];
  const metadata = [...csv.map((text) => ["csv", text] as const), ...jsonl.map((text) => ["jsonl", text] as const)];
  fuzzReader({
    name: "metadata of images",
    valid: metadata.map(([kind, text]) => ({ kind, bytes: Buffer.from(text) as Uint8Array })),
    inputs: fc
      .constantFrom(...metadata)
      .chain(([kind, text]) => fc.record({ kind: fc.constant(kind), bytes: mutatedFiles([Buffer.from(text)], words) })),
    sizeOf: ({ bytes }) => bytes.length,
    read: ({ kind, bytes }) => {
      const own = writeFiles(temporaryFolder(), Object.fromEntries(names.map((name) => [name, ""])));
      writeFileSync(join(own, `metadata.${kind}`), bytes);
      return findImageFolder(new FolderScan(new DiskFolder(own), "present"));
    },
    check: (found) => (found === null ? undefined : check(found)),
  });

  const tiny = writeFiles(temporaryFolder(), {
    ...{ "train/n1/images/a.JPEG": "", "train/n2/images/b.JPEG": "" },
    ...{ "val/images/c.JPEG": "", "val/images/d.JPEG": "", "words.txt": "n1\tcat, tom\nn2\tdog\n" },
  });
  const annotations = ["c.JPEG\tn1\t0\t0\t9\t9\nd.JPEG\tn2\t0\t0\t9\t9\n", "d.JPEG\tn1"].map((text) =>
    Buffer.from(text),
  );
  fuzzReader({
    name: "annotations of Tiny ImageNet",
    valid: annotations,
    inputs: mutatedFiles(annotations, [...words, "n1", "\n"]),
    sizeOf: (bytes) => bytes.length,
    read: (bytes) => {
      writeFileSync(join(tiny, "val/val_annotations.txt"), bytes);
      return findTinyImageNet(new FolderScan(new DiskFolder(tiny), "present"))!;
    },
    check,
  });
});
