/** @file Files that grow, as journals and tables do: what is added goes into the file itself, never through a link or into a pipe. */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { toSystemPath } from "./file-name.ts";
import { kindOf, systemReason, UnreadableFile } from "./regular-file.ts";

const { O_WRONLY, O_APPEND, O_CREAT } = constants;
/** Windows has neither. */
const OWN_FILE = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const MODE = 0o666;

/** Adds text or bytes to the end of a file, making it if need be. Throws `UnreadableFile` for what is no regular file, and the system's errors. */
export function appendToFile(path: string, content: string | Uint8Array): void {
  withFile(path, O_WRONLY | O_APPEND | O_CREAT, (descriptor) => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
  });
}

/** A descriptor for a process that adds to the end of a file by itself, which is made if need be. Throws as `appendToFile` does. */
export function openToAppend(path: string): number {
  const descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT);
  const status = fstatSync(descriptor);
  if (status.isFile()) return descriptor;
  closeSync(descriptor);
  throw new UnreadableFile(`is ${kindOf(status)}, not a file`);
}

/** Cuts a file to its first `length` bytes. Throws as `appendToFile` does. */
export function cutFile(path: string, length: number): void {
  withFile(path, O_WRONLY, (descriptor) => ftruncateSync(descriptor, length));
}

function withFile(path: string, flags: number, work: (descriptor: number) => void): void {
  const descriptor = open(path, flags);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new UnreadableFile(`is ${kindOf(status)}, not a file`);
    work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function open(path: string, flags: number): number {
  try {
    return openSync(toSystemPath(path), flags | OWN_FILE, MODE);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ELOOP") throw new UnreadableFile("is a symbolic link, not a file");
    // A pipe that nobody reads.
    if (code === "ENXIO") throw new UnreadableFile("is a pipe, not a file");
    throw new UnreadableFile(`cannot be opened: ${systemReason(cause)}`, code);
  }
}
