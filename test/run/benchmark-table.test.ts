import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { readBenchmarkTable } from "../../src/run/benchmark-table.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const TEXT = "cell,cifar10\n|none~0|,10\n";

it("reads text as it is, gzipped, and of a place in the package", () => {
  const folder = temporaryFolder();
  const [plain, packed] = [join(folder, "plain"), join(folder, "packed")];
  writeFileSync(plain, TEXT);
  writeFileSync(packed, gzipSync(TEXT));
  for (const source of [plain, packed, pathToFileURL(packed)]) expect(readBenchmarkTable(source)).toBe(TEXT);
});

it("names a file that is none, torn, or too large, and what is missing in the package as a failure", () => {
  const folder = temporaryFolder();
  const [torn, large, missing] = [join(folder, "torn"), join(folder, "large"), join(folder, "missing")];
  writeFileSync(torn, gzipSync(TEXT).subarray(0, 20));
  writeFileSync(large, gzipSync(Buffer.alloc(2 ** 25 + 1)));
  mkdirSync(join(folder, "folder"));
  const refusal = (message: string, kind = "usage") =>
    expect.objectContaining({ message: expect.stringContaining(message), code: "E_TABLE_UNREADABLE", kind });
  const read = (source: string | URL) => () => readBenchmarkTable(source);
  expect(read(torn)).toThrow(refusal(`table ${torn}: is not a complete gzip file: got 20 bytes, expected a file of`));
  expect(read(large)).toThrow(refusal("is too large: unpacks to more than 33554432 bytes"));
  expect(read(join(folder, "folder"))).toThrow(refusal("is a folder, not a file"));
  expect(read(missing)).toThrow(refusal("cannot be read: ENOENT"));
  expect(read(pathToFileURL(missing))).toThrow(refusal("cannot be read: ENOENT", "failure"));
});
