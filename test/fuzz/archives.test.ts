import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { ArchiveFolder, type ArchiveKind } from "../../src/data/archive-folder.ts";
import { UnreadableFile } from "../../src/files/index.ts";
import { handMadeTar, handMadeZip, paxName } from "../data/hand-made-archives.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { mutatedFiles } from "./mutations.ts";

const entries = [
  { name: "a/1.png", bytes: Buffer.from("one ".repeat(30)) },
  { name: "a/2.png", bytes: Buffer.from("two"), isStored: true },
  { name: "b c/", mode: 0o40755 },
  { name: "b c/ä.png", bytes: new Uint8Array(600).fill(7) },
];
const files = entries.filter(({ bytes }) => bytes !== undefined);
const zips = [handMadeZip(entries), handMadeZip(entries, true), handMadeZip([])];
const tars = [handMadeTar(files), handMadeTar([paxName("long/".repeat(14)), { name: "x", type: "5" }, ...files])];
const path = join(temporaryFolder(), "archive");

/** A header of tar whose checksum was made right again after what was changed in it. */
function resummed(bytes: Uint8Array): Uint8Array {
  const whole = Buffer.from(bytes);
  for (let at = 0; at + 512 <= whole.length; at += 512) {
    if (whole.toString("latin1", at + 257, at + 262) !== "ustar") continue;
    whole.fill(32, at + 148, at + 156);
    const sum = whole.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
    whole.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148);
  }
  return whole;
}

/** What of all files could be unpacked. */
async function contents(bytes: Uint8Array, kind: ArchiveKind): Promise<ReadonlyMap<string, number | null>> {
  writeFileSync(path, bytes);
  const folder = await ArchiveFolder.open(path, kind);
  const found = new Map<string, number | null>();
  const visit = (at: string): void => {
    for (const { name, isFolder } of folder.list(at)) {
      const inner = at === "" ? name : `${at}/${name}`;
      if (isFolder) visit(inner);
      else found.set(inner, lengthOf(folder, inner));
    }
  };
  visit("");
  return found;
}

/** Null where the entry is damaged. */
function lengthOf(folder: ArchiveFolder, inner: string): number | null {
  try {
    const length = folder.open(inner).read().length;
    expect(length).toBe(folder.sizeOf(inner));
    return length;
  } catch (error) {
    if (error instanceof UnreadableFile) return null;
    throw error;
  }
}

function check(found: ReadonlyMap<string, number | null>): void {
  for (const name of found.keys()) expect(name.split("/").some((part) => ["", ".", ".."].includes(part))).toBe(false);
}

describe("archives", () => {
  fuzzReader({
    name: "zip archive",
    valid: zips,
    inputs: mutatedFiles(zips),
    sizeOf: (bytes) => bytes.length,
    read: (bytes) => contents(bytes, "zip"),
    check,
  });

  fuzzReader({
    name: "tar archive",
    valid: tars,
    inputs: fc.tuple(mutatedFiles(tars), fc.boolean()).map(([bytes, isMended]) => (isMended ? resummed(bytes) : bytes)),
    sizeOf: (bytes) => bytes.length,
    read: (bytes) => contents(bytes, "tar"),
    check,
  });

  const packed = tars.map((bytes) => gzipSync(bytes));
  fuzzReader({
    name: "packed tar archive",
    valid: packed,
    inputs: mutatedFiles(packed),
    sizeOf: (bytes) => bytes.length,
    read: (bytes) => contents(bytes, "tar.gz"),
    check,
  });
});
