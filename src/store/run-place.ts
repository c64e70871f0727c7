/**
 * @file Where a new run may go. A name that is taken gets -2, -3, ..., but the folder where somebody stands, and those above it, are no names: nothing
 * is made beside them.
 */
import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { CACHE_FOLDER_NAME } from "../data/index.ts";
import { IstaNasError } from "../error.ts";

/** Whether `path` is the working folder, or one above it, by whatever name. */
export function holdsWorkingFolder(path: string): boolean {
  const wanted = resolve(path);
  const rest = relative(
    statSync(wanted, { throwIfNoEntry: false }) === undefined ? wanted : realpathSync(wanted),
    process.cwd(),
  );
  return rest !== ".." && !rest.startsWith(`..${sep}`) && !isAbsolute(rest);
}

/** Whether there is a folder with nothing in it, but for a cache of images. */
export function isEmptyFolder(path: string): boolean {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder && readdirSync(path).every((name) => name === CACHE_FOLDER_NAME);
}

/** Throws `E_RUN_FOLDER` for a file, and for the working folder and those above it unless it is empty. */
export function assertRunPlace(path: string): void {
  const wanted = resolve(path);
  const parts = { code: "E_RUN_FOLDER", kind: "usage" } as const;
  if (lstatSync(wanted, { throwIfNoEntry: false }) === undefined) return;
  if (statSync(wanted, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new IstaNasError(`run folder: got ${path}, which is no folder, expected a new name or an empty folder`, {
      ...parts,
      hint: "choose another name with --out",
    });
  }
  if (!holdsWorkingFolder(wanted) || isEmptyFolder(wanted)) return;
  throw new IstaNasError(
    `run folder: got ${path}, the folder where you are or one above it, with other things in it, expected a new name or an empty folder`,
    { ...parts, hint: `give the run a name of its own, such as --out ${join(path, "first")}` },
  );
}
