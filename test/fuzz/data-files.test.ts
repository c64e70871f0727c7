import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { DATA_FILES_FILE, RunFolder, readDataFiles, saveDataFiles } from "../../src/store/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { jsonFile, mutatedFiles, mutatedJson } from "./mutations.ts";

const folder = RunFolder.create(join(temporaryFolder(), "run"));
saveDataFiles(folder, {
  decoder: "sharp 1",
  files: [
    { path: "a/1.png", sha256: "0123456789abcdef".repeat(4) },
    { path: 'a/"\udce9\n.png', sha256: null },
  ],
});
const path = folder.pathOf(DATA_FILES_FILE);
const whole = readFileSync(path);

fuzzReader({
  name: "hashes of data files",
  valid: [whole],
  inputs: fc.oneof(mutatedFiles([whole]), mutatedJson([JSON.parse(whole.toString())]).map(jsonFile)),
  sizeOf: (bytes) => bytes.length,
  read: async (bytes) => {
    writeFileSync(path, bytes);
    return readDataFiles(folder)!;
  },
  check: ({ files }) => {
    for (const { path: name, sha256 } of files) expect([typeof name, sha256?.length ?? 64]).toEqual(["string", 64]);
  },
});
