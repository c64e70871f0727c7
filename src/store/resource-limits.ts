/** @file Whether a run has room to be made in, asked before it begins: memory for its steps, and disk for its checkpoints. */
import { statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type ErrorParts, IstaNasError } from "../error.ts";
import type { AvailableMemory } from "./available-memory.ts";

/** One thing that takes room, in bytes. */
export interface Need {
  readonly what: string;
  readonly bytes: number;
}

export interface FreeDisk {
  readonly bytes: number;
  /** The folder that was asked about: the place itself, or the nearest one above it that is there. */
  readonly folder: string;
}

/** Room on the disk where `path` is or will be; null where the system does not say. */
export function freeDisk(path: string): FreeDisk | null {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    try {
      const { bavail, bsize, blocks } = statfsSync(folder);
      return blocks === 0 ? null : { bytes: bavail * bsize, folder };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== "ENOENT" && code !== "ENOTDIR") || dirname(folder) === folder) return null;
    }
  }
}

/** Throws `E_RUN_MEMORY` with what is needed, what there is, and `hint`, if it is less. */
export function assertMemory(needs: readonly Need[], { bytes, source }: AvailableMemory, hint: string): void {
  assertRoom("memory", needs, bytes, `according to ${source}`, { code: "E_RUN_MEMORY", hint });
}

/** Throws `E_RUN_DISK` with what is needed, what there is, and `hint`, if it is less. */
export function assertDisk(needs: readonly Need[], { bytes, folder }: FreeDisk, hint: string): void {
  assertRoom("disk", needs, bytes, `free at ${folder}`, { code: "E_RUN_DISK", hint });
}

function assertRoom(where: string, needs: readonly Need[], bytes: number, source: string, parts: ErrorParts): void {
  if (totalOf(needs) <= bytes) return;
  const message = `${where}: the run needs about ${formatNeeds(needs)}, got ${formatBytes(bytes)} ${source}`;
  throw new IstaNasError(message, parts);
}

export function totalOf(needs: readonly Need[]): number {
  return needs.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The sum and its parts: `250 MiB (steps of training 200 MiB, the rest 50 MiB)`. */
function formatNeeds(needs: readonly Need[]): string {
  return `${formatBytes(totalOf(needs))} (${needs.map(({ what, bytes }) => `${what} ${formatBytes(bytes)}`).join(", ")})`;
}

/** Bytes for people: `812 KiB`, `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let power = 0;
  let value = bytes;
  for (; value >= 1024 && power < units.length - 1; power++) value /= 1024;
  return `${value >= 10 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
