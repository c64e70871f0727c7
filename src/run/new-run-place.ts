/** @file Whether a new run may begin where it was asked for. Beside a run that was stopped it never begins in silence. */
import { IstaNasError } from "../error.ts";
import { assertRunPlace, hasOpenVerdict, RunFolder, SUMMARY_FILE } from "../store/index.ts";

/** Whether a run that is not finished, or the verdict on it, lies at `out`. Throws what opening a run throws. */
export function isUnfinishedRun(out: string): boolean {
  if (!RunFolder.isRun(out)) return false;
  const folder = RunFolder.open(out);
  return !folder.has(SUMMARY_FILE) || hasOpenVerdict(folder);
}

/** Throws `E_RUN_UNFINISHED` for the place of an unfinished run, unless the new one is to begin beside it; `E_RUN_FOLDER` where no run can begin. */
export function assertNewRunPlace(out: string, isBeside: boolean): void {
  if (!isBeside && isUnfinishedRun(out)) {
    throw new IstaNasError(`--out: got ${out}, a run that is not finished, expected a new place`, {
      code: "E_RUN_UNFINISHED",
      kind: "usage",
      hint: `go on with it: ista-nas resume ${out}; or start a new run beside it with --new`,
    });
  }
  assertRunPlace(out);
}
