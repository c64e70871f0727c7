import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { DiskFolder } from "../../src/data/disk-folder.ts";
import { findIdxFiles } from "../../src/data/find-idx-files.ts";
import { readIdxFolder } from "../../src/data/idx-folder.ts";
import { decodeIdx, encodeIdx } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { mutatedFiles } from "./mutations.ts";

const images = (...dimensions: number[]): Uint8Array =>
  encodeIdx({ dimensions, values: new Uint8Array(dimensions.reduce((a, b) => a * b)).fill(7) });
const labels = encodeIdx({ dimensions: [3], values: Uint8Array.of(0, 1, 1) });

describe("IDX", () => {
  const valid = [images(3, 4, 5), images(3, 4, 5, 3), images(1, 1, 1), labels];
  fuzzReader({
    name: "IDX file",
    valid,
    inputs: mutatedFiles(valid),
    sizeOf: (bytes) => bytes.length,
    read: (bytes) => decodeIdx(bytes, "file"),
    check: ({ dimensions, values }, bytes) => {
      const count = dimensions.includes(0) ? 0 : dimensions.reduce((product, dimension) => product * dimension);
      expect(values.length).toBe(count);
      expect(values.buffer).toBe(bytes.buffer);
    },
  });

  const folder = temporaryFolder();
  const names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "class-names.txt"] as const;
  const whole = [images(3, 4, 5), labels, Buffer.from("cat\ndog\n")];
  /** Which file is another one, and whether the first two are packed before it is changed, or not at all. */
  const replacement = fc.oneof(
    ...whole.map((bytes, index) => fc.tuple(fc.constant(index), mutatedFiles([bytes, ...whole]), fc.boolean())),
    ...[0, 1].map((index) => fc.tuple(fc.constant(index), mutatedFiles([gzipSync(whole[index]!)]), fc.constant(null))),
  );
  fuzzReader({
    name: "IDX folder",
    valid: [
      [0, whole[0]!, false],
      [1, gzipSync(whole[1]!), null],
    ],
    inputs: replacement,
    sizeOf: ([, bytes]) => bytes.length + 1000,
    read: async ([index, bytes, isPacked]) => {
      const files = names.map((name, i) => [name, i === index ? bytes : whole[i]!] as const);
      const written = files.map(([name, content], i): string => {
        const isGzip = i < 2 && (isPacked === true || (isPacked === null && i === index));
        const path = isGzip ? `${name}.gz` : name;
        writeFileSync(join(folder, path), isGzip && isPacked === true ? gzipSync(content) : content);
        return path;
      });
      return readIdxFolder(findIdxFiles(new DiskFolder(folder), written)!);
    },
    check: ({ shape, pixels, labels: read, classNames, trainCount }) => {
      expect(read.length).toBe(trainCount);
      expect(pixels.length).toBe(trainCount * shape.height * shape.width * shape.channels);
      expect(Math.max(-1, ...read)).toBeLessThan(classNames.length);
    },
  });
});
