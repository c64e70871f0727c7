import { createHash } from "node:crypto";

/** A hash takes at most 2 GiB at a time. */
const CHUNK = 1 << 26;

/** SHA-256 of all parts one after the other. */
export function sha256(...parts: readonly (Uint8Array | string)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) {
    if (typeof part === "string") hash.update(part);
    else for (let at = 0; at < part.length; at += CHUNK) hash.update(part.subarray(at, at + CHUNK));
  }
  return hash.digest();
}
