/**
 * @file Temporary names of files that are being written. A name says which process writes it, so that what killed processes left behind can be
 * told from what living ones are at: the first is cleared away, the second never.
 */
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { judgeProcess, thisProcess } from "./process-identity.ts";
import { sha256 } from "./sha256.ts";

/** Number and start of the process, where these count, and a number of its own for each file. */
const TEMPORARY = /^\.ista-nas-(\d+)-(\d*)-([0-9a-f]{16})-\d+\.tmp$/;
/** Of a process that cannot be judged from here, a file that nobody has written to for so long is left behind. */
const LEFT_AFTER_MS = 7 * 24 * 3600_000;

let count = 0;

/** A path in `folder` that no other writer takes. */
export function temporaryPath(folder: string): string {
  const { pid } = thisProcess();
  const { boot, start } = birthParts();
  return join(folder, `.ista-nas-${pid}-${start}-${placeOf(boot)}-${++count}.tmp`);
}

/**
 * Removes what processes left in `folder` that were killed while they wrote there. `older`: names that earlier versions gave to such files; they
 * go by their age alone. What cannot be removed stays.
 */
export function clearLeftovers(folder: string, older?: RegExp): void {
  for (const name of namesIn(folder)) {
    const match = TEMPORARY.exec(name);
    const isOlder = older?.test(name) === true;
    if (match === null && !isOlder) continue;
    const path = join(folder, name);
    try {
      if (match === null ? isOld(path) : isLeft(path, match)) rmSync(path);
    } catch {}
  }
}

/** Marks `folder` as in use until this process ends: `isHeld` says so. What cannot be written is not marked. */
export function holdFolder(folder: string): void {
  clearLeftovers(folder);
  try {
    writeFileSync(temporaryPath(folder), "");
  } catch {}
}

/** Whether a process that lives, or may live, writes in `folder` or holds it. */
export function isHeld(folder: string): boolean {
  clearLeftovers(folder);
  return namesIn(folder).some((name) => TEMPORARY.test(name));
}

function isLeft(path: string, [, pid, start, place]: RegExpExecArray): boolean {
  const { boot } = birthParts();
  if (place !== placeOf(boot)) return isOld(path);
  const birth = start === "" ? null : `${boot}/${start}`;
  const state = judgeProcess({ ...thisProcess(), pid: Number(pid), birth });
  return state.kind === "gone" || (state.kind === "unknown" && isOld(path));
}

function isOld(path: string): boolean {
  return Date.now() - statSync(path).mtimeMs > LEFT_AFTER_MS;
}

/** Where numbers of processes mean the same: host, machine, container and boot in one. */
function placeOf(boot: string): string {
  const { host, machine, namespace } = thisProcess();
  return sha256(JSON.stringify([host, machine, namespace, boot])).toString("hex", 0, 8);
}

function birthParts(): { readonly boot: string; readonly start: string } {
  const [boot = "", start = ""] = (thisProcess().birth ?? "").split("/");
  return { boot, start };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
