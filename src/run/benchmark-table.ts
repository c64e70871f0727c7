/** @file The text of a table of published results: the one that comes with a space, or one that a person hands over. */
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { readInputFile, UnreadableFile } from "../files/index.ts";

/** Bytes, also when unpacked: the table of NAS-Bench-201 takes 2 MB. */
const LARGEST_TABLE = 2 ** 25;

/** `source`: a file, a pipe, or `-` for standard input, gzipped or not; the `URL` of one that is part of a space. @throws E_TABLE_UNREADABLE */
export function readBenchmarkTable(source: string | URL): string {
  const path = source instanceof URL ? fileURLToPath(source) : source;
  try {
    const bytes = readInputFile(path, LARGEST_TABLE);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (isGzip ? unpack(bytes) : bytes).toString("utf8");
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    const isOwn = source instanceof URL;
    throw new IstaNasError(`table ${path}: ${cause.message}, expected a file of comma-separated text, gzipped or not`, {
      code: "E_TABLE_UNREADABLE",
      kind: isOwn ? "failure" : "usage",
      hint: isOwn
        ? "it comes with the space: install ista-nas, or the module of the space, again"
        : "check what it is and its permissions, or download or copy it again",
      cause,
    });
  }
}

function unpack(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_TABLE });
  } catch (cause) {
    const isLarge = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    if (isLarge) throw new UnreadableFile(`is too large: unpacks to more than ${LARGEST_TABLE} bytes`);
    throw new UnreadableFile(`is not a complete gzip file: got ${countOf(bytes.length, "byte")}`);
  }
}
