/** @file Which folders of a folder are runs. */
import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { IstaNasError } from "../error.ts";
import { shownPath, whyNoRun } from "./missing-run.ts";
import { RunFolder } from "./run-folder.ts";

export interface FoundRunFolders {
  readonly folders: readonly RunFolder[];
  /** How many folders beside them are no runs; hidden ones, such as the cache of images, are not counted. */
  readonly otherFolders: number;
}

/** Throws `E_RUNS_NOT_FOUND` if there is no folder at `path`. */
export function findRunFolders(path: string): FoundRunFolders {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    throw new IstaNasError(`runs ${shownPath(path)}: ${whyNoRun(path)}, expected a folder of run folders`, {
      code: "E_RUNS_NOT_FOUND",
      kind: "usage",
      hint: "give the folder that holds run folders; without one it is runs/ where you are",
      cause,
    });
  }
  const folders: RunFolder[] = [];
  let otherFolders = 0;
  for (const entry of entries) {
    const candidate = join(path, entry.name);
    if (RunFolder.isRun(candidate)) folders.push(RunFolder.open(candidate));
    else if (entry.isDirectory() && !entry.name.startsWith(".")) otherFolders++;
  }
  return { folders, otherFolders };
}
