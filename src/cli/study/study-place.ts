/** @file The folder of a study, in which each of its runs has a folder of its own. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { IstaNasError } from "../../error.ts";
import { assertRunPlace, isEmptyFolder, loadRunConfig, RunFolder } from "../../store/index.ts";
import type { StudyName } from "./flags-of-studies.ts";

/** Throws `E_RUN_FOLDER` for a file, and for a folder that holds other things than this study. `runs`: names of those that it may have. */
export function assertStudyPlace(path: string, study: StudyName, runs: readonly string[]): void {
  if (runs.some((name) => existsSync(join(path, name)))) return;
  assertRunPlace(path);
  if (isEmptyFolder(path) || !existsSync(path)) return;
  throw new IstaNasError(
    `study: got ${path}, which holds other things, expected a new or empty folder, or that of a study ${study}`,
    {
      code: "E_RUN_FOLDER",
      kind: "usage",
      hint: `choose another place with --out, such as ${join(path, "study")}`,
    },
  );
}

/** Of the data that the study in this folder was begun with; undefined if it is not begun. Throws what `loadRunConfig` throws. */
export function fingerprintOfStudy(path: string, runs: readonly string[]): string | undefined {
  const begun = runs.map((name) => join(path, name)).find((out) => RunFolder.isRun(out));
  return begun === undefined ? undefined : (loadRunConfig(RunFolder.open(begun)).data.fingerprint ?? undefined);
}
