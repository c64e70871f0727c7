/** @file What to say of a path at which there is no run: what is there instead, and which runs could be meant. */
import { type Dirent, lstatSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { editDistance, printableName, systemReason, toSystemPath } from "../files/index.ts";
import { CONFIG_FILE } from "./config-file.ts";

/** Where runs are unless `--out` says otherwise. */
const USUAL_FOLDER = "runs";
const LISTED = 3;
const LONGEST_SHOWN = 200;

/** The path as a message shows it: quoted if it is empty, its beginning if it is very long. */
export function shownPath(path: string): string {
  if (path === "") return '""';
  const name = printableName(path);
  return name.length <= LONGEST_SHOWN ? name : `${name.slice(0, LONGEST_SHOWN)}...`;
}

/** Why there is no run folder at `path`, in the form `there is no such folder`; `sought` is what could be there as well. */
export function whyNoRun(path: string, sought = "folder"): string {
  if (path === "") return "the name is empty";
  try {
    if (!statSync(toSystemPath(path)).isDirectory()) return "it is no folder";
    readdirSync(toSystemPath(path));
    return `there is no ${CONFIG_FILE} in it`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return `there is no such ${sought}`;
    if (code === "ENAMETOOLONG") return "the name is too long";
    if (code === "ERR_INVALID_ARG_VALUE") return "the name holds a null byte";
    return `it cannot be opened: ${systemReason(error)}`;
  }
}

/** Runs in the folder itself, else runs that are called alike, else the newest ones where runs are looked for; null if there are none. */
export function runsToChoose(path: string): string | null {
  const within = newestRuns(path);
  if (path !== "" && within.length > 0) return `it holds runs, the newest first: ${list(within)}`;
  const parents = new Set([path === "" ? USUAL_FOLDER : dirname(path), USUAL_FOLDER]);
  const runs = [...parents].flatMap(newestRuns);
  const wanted = basename(path).toLowerCase();
  const near = runs
    .map((run) => ({ run, distance: editDistance(wanted, basename(run).toLowerCase()) }))
    .filter(({ run, distance }) => distance <= Math.ceil(basename(run).length / 4))
    .sort((a, b) => a.distance - b.distance)
    .map(({ run }) => run);
  if (near.length > 0) return `is ${list(near.slice(0, 1))} meant?`;
  return runs.length === 0 ? null : `there are runs, the newest first: ${list(runs)}`;
}

/** Paths of the runs in a folder, the last one made first; none where it cannot be read. */
function newestRuns(folder: string): readonly string[] {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(toSystemPath(folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ path: join(folder, name), made: madeAt(join(folder, name)) }))
    .filter(({ made }) => made > 0)
    .sort((a, b) => b.made - a.made || (a.path < b.path ? -1 : 1))
    .map(({ path }) => path);
}

/** Milliseconds since 1970, 0 for what is no run. */
function madeAt(folder: string): number {
  try {
    return lstatSync(toSystemPath(join(folder, CONFIG_FILE))).mtimeMs;
  } catch {
    return 0;
  }
}

function list(paths: readonly string[]): string {
  const more = paths.length > LISTED ? ` and ${paths.length - LISTED} more` : "";
  return `${paths.slice(0, LISTED).map(printableName).join(", ")}${more}`;
}
