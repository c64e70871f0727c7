import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { readClassWeights } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { jsonFile, mutatedFiles, mutatedJson } from "./mutations.ts";

const path = join(temporaryFolder(), "weights");
const CLASSES = { classNames: ["cat", "dog, small"], counts: [30, 10] };
const json = { cat: 0.5, "dog, small": 12 };
const files = ['class,weight\ncat,1e3\n"dog, small",2\n', JSON.stringify(json)].map((text) => Buffer.from(text));

fuzzReader<Uint8Array, readonly number[]>({
  name: "class weights",
  valid: files,
  inputs: fc.oneof(mutatedFiles(files), mutatedJson([json]).map(jsonFile)),
  sizeOf: (bytes) => bytes.length,
  read: (bytes) => {
    writeFileSync(path, bytes);
    return readClassWeights(path, CLASSES);
  },
  check: (weights) => {
    expect(weights).toHaveLength(2);
    expect(weights.every((weight) => weight > 0 && Number.isFinite(weight))).toBe(true);
    expect((30 * weights[0]! + 10 * weights[1]!) / 40).toBeCloseTo(1, 9);
  },
});
