import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect } from "vitest";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/store/checkpoint.ts";
import { sampleCheckpoint } from "../store/sample-checkpoint.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { jsonFile, mutatedFiles, mutatedJson } from "./mutations.ts";

type Files = Readonly<Record<string, Uint8Array | null>>;

const whole: Files = Object.fromEntries(await encodeCheckpoint(sampleCheckpoint(3)));
const names = Object.keys(whole);
const MANIFEST = "manifest.json";
const parsed = (name: string): unknown => JSON.parse(Buffer.from(whole[name]!).toString("utf8"));

/** Files with a manifest that holds for them, as if they had been written so. */
function signed(files: Files): Files {
  const entries = Object.entries(files).filter(([name]) => name !== MANIFEST);
  const described = entries.map(([name, bytes]) => {
    const content = bytes ?? new Uint8Array();
    return [name, { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") }];
  });
  return { ...files, [MANIFEST]: jsonFile({ formatVersion: 1, files: Object.fromEntries(described) }) };
}

/** One file of a whole checkpoint is another one, or missing. */
const changed = fc.constantFrom(...names).chain((name) => {
  const mutated = mutatedFiles([whole[name]!], name.endsWith(".json") ? ['"-0"', "1e999"] : null);
  const rewritten = name.endsWith(".json") ? [mutatedJson([parsed(name)]).map(jsonFile)] : [];
  return fc.oneof(mutated, ...rewritten, fc.constant(null)).map((bytes): Files => ({ ...whole, [name]: bytes }));
});

fuzzReader({
  name: "checkpoint",
  valid: [whole, signed(whole)],
  inputs: fc.oneof(changed, changed.map(signed)),
  sizeOf: (files) => Object.values(files).reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0),
  read: (files) => decodeCheckpoint((name) => files[name] ?? null),
  check: ({ values, seconds }) => {
    expect(seconds).toBeGreaterThanOrEqual(0);
    for (const array of values.values()) expect(array).toBeInstanceOf(Object.getPrototypeOf(Float32Array));
  },
});
