import type { ModuleDescription } from "../../src/export/index.ts";

/** Copies the content of the file of weights to where the kernels read it. Throws an error for a file that is not the one of the model. */
export function placeWeights({ tag, content }: ModuleDescription, file: Uint8Array, memory: Uint8Array): void {
  const expected = content.reduce((sum, { bytes }) => sum + bytes, tag.length);
  if (file.length !== expected) {
    throw new Error(
      `model: weights: got ${file.length} bytes, expected ${expected}: the file is cut short or another one`,
    );
  }
  if (tag.some((byte, k) => file[k] !== byte)) {
    throw new Error(
      "model: weights: got a file of another export, expected the one that was written beside this module",
    );
  }
  let at = tag.length;
  for (const { address, bytes } of content) {
    memory.set(file.subarray(at, at + bytes), address);
    at += bytes;
  }
}
