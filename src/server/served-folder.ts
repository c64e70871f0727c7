/**
 * @file What the folder that is served holds: runs, and studies with runs of their own. Each is known by an id that is made of names that folders
 * hold, as they were listed; no id becomes part of a path by itself.
 */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { IstaNasError } from "../error.ts";
import { findRunFolders, RunFolder } from "../store/index.ts";
import { StudyFolder } from "../study/index.ts";

export interface FoundRun {
  readonly folder: RunFolder;
  /** Id of the study that it belongs to; null for one by itself. */
  readonly study: string | null;
}

export interface FoundStudy {
  readonly path: string;
  /** Whether it is all that is served: its runs are known by their names alone, those of others by that of the study, a slash and theirs. */
  readonly isAll: boolean;
}

export interface FoundFolders {
  readonly runs: ReadonlyMap<string, FoundRun>;
  readonly studies: ReadonlyMap<string, FoundStudy>;
}

/** `path`: a folder of run folders and studies, or one of either. Throws `E_RUNS_NOT_FOUND` if there is no such folder. */
export function findFolders(path: string): FoundFolders {
  const runs = new Map<string, FoundRun>();
  const studies = new Map<string, FoundStudy>();
  const take = (folders: readonly RunFolder[], study: string | null, prefix: string) => {
    for (const folder of folders) runs.set(`${prefix}${folder.name}`, { folder, study });
  };
  if (RunFolder.isRun(path)) take([RunFolder.open(path)], null, "");
  else if (StudyFolder.isStudy(path)) {
    studies.set(basename(path), { path, isAll: true });
    take(findRunFolders(path).folders, basename(path), "");
  } else {
    take(findRunFolders(path).folders, null, "");
    for (const name of namesIn(path).filter((entry) => !runs.has(entry))) {
      if (!StudyFolder.isStudy(join(path, name))) continue;
      studies.set(name, { path: join(path, name), isAll: false });
      take(runsOf(join(path, name)), name, idOfRun(name, ""));
    }
  }
  return { runs, studies };
}

/** Of a run of that name in a study; the id of a run by itself is its name. */
export function idOfRun(study: string, name: string): string {
  return `${study}/${name}`;
}

/** The run of that id in `path`, which came after the folders were listed, without listing all of them; null if there is none. */
export function findRun(path: string, id: string): FoundRun | null {
  const [first, second, ...more] = id.split("/");
  if (more.length > 0 || !namesIn(path).includes(first!)) return null;
  const place = join(path, first!);
  if (second === undefined) return runAt(place, StudyFolder.isStudy(path) ? basename(path) : null);
  return StudyFolder.isStudy(place) && namesIn(place).includes(second) ? runAt(join(place, second), first!) : null;
}

function runAt(path: string, study: string | null): FoundRun | null {
  return RunFolder.isRun(path) ? { folder: RunFolder.open(path), study } : null;
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** None of a study that went away meanwhile, or that cannot be listed. */
function runsOf(study: string): readonly RunFolder[] {
  try {
    return findRunFolders(study).folders;
  } catch (error) {
    if (error instanceof IstaNasError) return [];
    throw error;
  }
}
