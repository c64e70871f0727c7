import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { findCifarFiles, readCifarFolder } from "../../src/data/cifar-folder.ts";
import { DiskFolder } from "../../src/data/disk-folder.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { mutatedFiles } from "./mutations.ts";

const RECORD = 3073;
const batch = new Uint8Array(2 * RECORD).map((_, i) => (i % RECORD === 0 ? i / RECORD : i % 251));
const names = Buffer.from("cat\ndog\n");
const folder = temporaryFolder();

/** Batches of whole records reach further than others: a mutated one is cut or filled to whole records in half of the cases. */
const batches = fc.tuple(mutatedFiles([batch, batch.subarray(0, RECORD)]), fc.boolean()).map(([bytes, isWhole]) => {
  const filled = new Uint8Array(Math.ceil(bytes.length / RECORD) * RECORD);
  filled.set(bytes);
  return isWhole ? filled : bytes;
});

fuzzReader({
  name: "CIFAR-10 batch",
  valid: [{ bytes: batch, classes: names }],
  inputs: fc.record({ bytes: batches, classes: fc.oneof(fc.constant(names), mutatedFiles([names], ["\u001b[2J"])) }),
  sizeOf: ({ bytes, classes }) => bytes.length + classes.length,
  read: ({ bytes, classes }) => {
    writeFileSync(join(folder, "data_batch_1.bin"), bytes);
    writeFileSync(join(folder, "batches.meta.txt"), classes);
    return readCifarFolder(findCifarFiles(new DiskFolder(folder), ["data_batch_1.bin", "batches.meta.txt"])!);
  },
  check: ({ pixels, labels, classNames }, { bytes }) => {
    expect(labels.length * RECORD).toBe(bytes.length);
    expect(pixels.length).toBe(labels.length * 3072);
    expect(Math.max(...labels)).toBeLessThan(classNames.length);
  },
});
