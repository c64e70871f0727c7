import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect } from "vitest";
import { DiskFolder } from "../../src/data/disk-folder.ts";
import { allFiles } from "../../src/data/labelled-files.ts";
import { readParquet } from "../../src/data/parquet-images.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { mutatedFiles } from "./mutations.ts";

const golden = fileURLToPath(new URL("../golden/parquet/", import.meta.url));
const valid = ["none", "snappy", "gzip", "brotli", "zstd", "plain", "text"].map((name) =>
  readFileSync(join(golden, `${name}.parquet`)),
);
const others = readdirSync(golden).filter((name) => name.endsWith(".parquet"));
const all = others.map((name) => readFileSync(join(golden, name)));
const folder = temporaryFolder();

/** Changed near its end, where the records are, as often as anywhere. */
const changes = mutatedFiles(all);
const inRecords = fc
  .tuple(fc.constantFrom(...all), fc.array(fc.tuple(fc.nat({ max: 3000 }), fc.nat({ max: 255 })), { maxLength: 4 }))
  .map(([file, places]) => {
    const bytes = Buffer.from(file);
    for (const [place, value] of places) bytes[Math.max(0, bytes.length - 9 - place)] = value;
    return bytes as Uint8Array;
  });

fuzzReader({
  name: "Parquet file",
  valid,
  inputs: fc.oneof(changes, inRecords),
  sizeOf: (bytes) => bytes.length,
  read: (bytes) => {
    writeFileSync(join(folder, "a.parquet"), bytes);
    return readParquet(new DiskFolder(folder), "a.parquet", [{ path: "a.parquet", split: "train" }]);
  },
  check: (found) => {
    const files = allFiles(found);
    expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
    for (const { path, label } of files) {
      expect(found.classNames[label]).toBeTypeOf("string");
      expect(found.folder.open(path).read().length).toBe(found.folder.sizeOf(path));
    }
  },
});
