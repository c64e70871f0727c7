/**
 * @file Names of files as text, whatever bytes they are. A byte that is no part of UTF-8 becomes the lone surrogate 0xdc00 + byte, as in
 * Python's `surrogateescape`, and turns back into the byte on the way to the system: no name is lost and no two names become one.
 */
import { isUtf8 } from "node:buffer";

const ESCAPE = 0xdc00;
const LONGEST_CHARACTER = 4;
const LONE_SURROGATE = /\p{Cs}/u;

/** The name of these bytes. */
export function decodeFileName(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes).toString("utf8");
  let name = "";
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    name +=
      length === 0 ? String.fromCharCode(ESCAPE + bytes[at]!) : Buffer.from(bytes).toString("utf8", at, at + length);
    at += Math.max(1, length);
  }
  return name;
}

/** A path as the system takes it: the text itself, or bytes if it holds escaped ones. */
export function toSystemPath(path: string): string | Buffer {
  if (!LONE_SURROGATE.test(path)) return path;
  const parts = Array.from(path, (character) => {
    const unit = character.charCodeAt(0);
    return character.length === 1 && isEscape(unit) ? Buffer.of(unit - ESCAPE) : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

/** Whether a UTF-16 unit that stands alone is an escaped byte. */
export function isEscape(unit: number): boolean {
  return unit >= ESCAPE + 0x80 && unit <= ESCAPE + 0xff;
}

/** Bytes of the UTF-8 character that starts at `at`, 0 if none does. */
function characterLength(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= LONGEST_CHARACTER && at + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
