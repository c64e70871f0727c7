/** @file Whether a run has room to be made in, asked before it begins: memory for its steps, and disk for its checkpoints. */
import { statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { IstaNasError } from "../error.ts";
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
export function assertMemory(needs: readonly Need[], available: AvailableMemory, hint: string): void {
  const needed = totalOf(needs);
  if (needed <= available.bytes) return;
  throw new IstaNasError(
    `memory: the run needs about ${formatNeeds(needs)}, got ${formatBytes(available.bytes)} according to ${available.source}`,
    { code: "E_RUN_MEMORY", hint },
  );
}

/** Throws `E_RUN_DISK` with what is needed, what there is, and `hint`, if it is less. */
export function assertDisk(needs: readonly Need[], free: FreeDisk, hint: string): void {
  const needed = totalOf(needs);
  if (needed <= free.bytes) return;
  throw new IstaNasError(
    `disk: the run needs about ${formatNeeds(needs)}, got ${formatBytes(free.bytes)} free at ${free.folder}`,
    { code: "E_RUN_DISK", hint },
  );
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
