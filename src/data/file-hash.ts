/** @file SHA-256 of the files that a data set was read from, so that it can be told which of them are others now. */
import { printableName } from "../files/index.ts";

/** Bytes of one hash. */
export const HASH_BYTES = 32;

export interface FileHash {
  /** Relative to the folder of the data set, with `/` between parts. */
  readonly path: string;
  /** SHA-256 of its bytes, in hexadecimal; null if it could not be opened. */
  readonly sha256: string | null;
}

/** Hashes `[N, 32]`, one after another, of the files with these names; all zero for one that could not be opened. */
export function fileHashes(names: readonly string[], hashes: Uint8Array): readonly FileHash[] {
  const bytes = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.length);
  return names.map((path, index) => {
    const own = bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
    return { path, sha256: own.some((byte) => byte !== 0) ? own.toString("hex") : null };
  });
}

const LISTED = 5;

/** What is different in `now`, such as `2 changed: a/1.png, a/2.png; 1 missing: b/3.png`; null if nothing is. */
export function describeChangedFiles(before: readonly FileHash[], now: readonly FileHash[]): string | null {
  const [old, present] = [before, now].map((files) => new Map(files.map(({ path, sha256 }) => [path, sha256])));
  const changed = before.filter(({ path, sha256 }) => present!.has(path) && present!.get(path) !== sha256);
  const missing = before.filter(({ path }) => !present!.has(path));
  const added = now.filter(({ path }) => !old!.has(path));
  const parts = [...someOf("changed", changed), ...someOf("missing", missing), ...someOf("new", added)];
  return parts.length === 0 ? null : parts.join("; ");
}

function someOf(what: string, files: readonly FileHash[]): readonly string[] {
  if (files.length === 0) return [];
  const named = files.slice(0, LISTED).map(({ path }) => printableName(path));
  const more = files.length - named.length;
  return [`${files.length} ${what}: ${named.join(", ")}${more === 0 ? "" : ` and ${more} more`}`];
}
