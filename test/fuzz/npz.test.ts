import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { DiskFolder } from "../../src/data/disk-folder.ts";
import { decodeNpy } from "../../src/data/npy.ts";
import { readNpzFile } from "../../src/data/npz-file.ts";
import { handMadeZip } from "../data/hand-made-archives.ts";
import { npy } from "../data/hand-made-npy.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { mutatedFiles } from "./mutations.ts";

const bytes = new Uint8Array(3 * 48).map((_, i) => (i * 7) % 251);
const arrays = {
  x_train: npy("|u1", [3, 4, 4, 3], bytes),
  y_train: npy("<i8", [3, 1], [5, 6, 5]),
  x_test: npy("<f4", [1, 4, 4, 3], [...bytes.subarray(0, 48)]),
  y_test: npy("|u1", [1], [6]),
};
const words = ["'<f8'", "'|O'", "'<U9999'", "'>i4'", "(0,)", "(4, 0, 4)", "(99999999999, 99999999)", "True", "()"];
const folder = temporaryFolder();
const file = (changed: Readonly<Record<string, Uint8Array>>, isStored: boolean): Buffer =>
  handMadeZip(
    Object.entries({ ...arrays, ...changed }).map(([name, content]) => ({
      name: `${name}.npy`,
      bytes: content,
      isStored,
    })),
  );
/** An array that was changed in a whole archive, or an archive that was. */
const files = fc.oneof(
  fc
    .constantFrom(...Object.entries(arrays))
    .chain(([name, content]) => mutatedFiles([content], words).map((changed) => file({ [name]: changed }, true))),
  mutatedFiles([file({}, true), file({}, false)]),
);

describe("NumPy", () => {
  const valid = [...Object.values(arrays), npy("<U2", [2], ["a", "bc"])];
  fuzzReader({
    name: "array of NumPy",
    valid,
    inputs: mutatedFiles(valid, words),
    sizeOf: (content) => content.length,
    read: (content) => decodeNpy("x", content),
    check: ({ shape, count, bytes: content, kind, number, text }) => {
      expect(count).toBe(shape.reduce((product, side) => product * side, 1));
      expect(content.length % Math.max(1, count)).toBe(0);
      if (count > 0)
        expect(kind === "text" ? text(count - 1) : number(count - 1)).toBeTypeOf(kind === "text" ? "string" : "number");
    },
  });

  fuzzReader({
    name: "archive of NumPy",
    valid: [file({}, true), file({}, false)],
    inputs: files,
    sizeOf: (content) => content.length,
    read: (content) => {
      writeFileSync(join(folder, "a.npz"), content);
      return readNpzFile({ kind: "npz", folder: new DiskFolder(folder), file: "a.npz" });
    },
    check: ({ shape, pixels, labels, classNames, trainCount }) => {
      expect(pixels.length).toBe(labels.length * shape.height * shape.width * shape.channels);
      expect(trainCount).toBeLessThanOrEqual(labels.length);
      expect(Math.max(-1, ...labels)).toBeLessThan(classNames.length);
    },
  });
});
