/** @file Files at places that a person names: links lead to what is written, and not every place is a file. */
import { accessSync, closeSync, constants, openSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { writeAll, writeWholeFile } from "./write-whole-file.ts";

/** What a path leads to, all links followed. */
export type NamedPlace =
  /** A file, or a place where one can be made. */
  | { readonly kind: "file"; readonly path: string }
  /** A pipe or a device. */
  | { readonly kind: "stream"; readonly path: string }
  /** What this process has open already, such as `/dev/stdout`. */
  | { readonly kind: "descriptor"; readonly descriptor: number };

const DESCRIPTOR = /^\/(?:dev|proc\/(?:self|\d+))\/fd\/(\d+)$/;
/** As many links in a row as Linux follows. */
const MOST_LINKS = 40;

/**
 * Writes a file as a whole, with the mode and the owner of one that is there; what is no file is written to directly. A file that may not be
 * written to is not replaced either. Throws the system's error; then a file is as it was.
 */
export function writeNamedFile(path: string, content: string | Uint8Array): void {
  const place = findNamedPlace(path);
  if (place.kind === "descriptor") writeAll(place.descriptor, content);
  else if (place.kind === "stream") writeToStream(place.path, content);
  else replaceFile(place.path, content);
}

function replaceFile(path: string, content: string | Uint8Array): void {
  const before = statSync(path, { throwIfNoEntry: false });
  if (before?.isDirectory() === true) throw new Error("EISDIR: is a folder, expected a file");
  if (before !== undefined) accessSync(path, constants.W_OK);
  writeWholeFile(path, content, before);
}

/** Follows `path` to its place; throws the system's error for links that lead back to themselves, or through what is no folder. */
export function findNamedPlace(path: string): NamedPlace {
  let at = resolve(path);
  for (let links = 0; links <= MOST_LINKS; links++) {
    const match = DESCRIPTOR.exec(at);
    if (match !== null) return { kind: "descriptor", descriptor: Number(match[1]) };
    const next = targetOf(at);
    if (next === null) return { kind: isStream(at) ? "stream" : "file", path: at };
    at = resolve(realpathSync(dirname(at)), next);
  }
  throw new Error("ELOOP: too many links, expected one that ends");
}

/** Null for what is no link. */
function targetOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function isStream(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  return status !== undefined && !status.isFile() && !status.isDirectory();
}

function writeToStream(path: string, content: string | Uint8Array): void {
  const descriptor = openSync(path, constants.O_WRONLY);
  try {
    writeAll(descriptor, content);
  } finally {
    closeSync(descriptor);
  }
}
