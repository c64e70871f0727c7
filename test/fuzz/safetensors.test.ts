import fc from "fast-check";
import { expect } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../src/store/index.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { jsonFile, mutatedFiles, mutatedJson } from "./mutations.ts";

const whole = encodeSafetensors(
  {
    a: { shape: [2, 3], data: new Float32Array(6) },
    b: { shape: [], data: new Float64Array(1) },
    c: { shape: [3], data: new Int32Array(3) },
  },
  { seed: "1" },
);
const headerLength = Number(new DataView(whole.buffer).getBigUint64(0, true));
const header: unknown = JSON.parse(Buffer.from(whole.subarray(8, 8 + headerLength)).toString());
const data = whole.subarray(8 + headerLength);

/** A file whose header is as long as it says. */
function withHeader(text: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, data]);
}

fuzzReader({
  name: "safetensors",
  valid: [whole, encodeSafetensors({})],
  inputs: fc.oneof(
    mutatedFiles(
      [whole, encodeSafetensors({})],
      ['"dtype":"F64"', '"data_offsets":[0,8]', '"shape":[4294967296,4294967296]'],
    ),
    mutatedJson([header]).map((value) => withHeader(jsonFile(value))),
    mutatedFiles([jsonFile(header)], []).map(withHeader),
  ),
  sizeOf: (bytes) => bytes.length,
  read: (bytes) => decodeSafetensors(bytes),
  check: ({ tensors }) => {
    for (const { shape, data: values } of tensors.values()) {
      expect(values.length).toBe(shape.reduce((product, size) => product * size, 1));
    }
  },
});
