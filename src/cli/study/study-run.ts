/** @file One run of a study: begun where it is not there yet, gone on with where it was cut off, and left as it is where it is done. */
import { isDeepStrictEqual } from "node:util";
import { IstaNasError } from "../../error.ts";
import { executeRun, executeSearch, type PreparedRun, type RunHost, reopenRun, resume } from "../../run/index.ts";
import { loadRunConfig, type RunConfig, RunFolder, SUMMARY_FILE } from "../../store/index.ts";

interface StudyRun {
  /** What the run would be if it began now. */
  readonly prepared: PreparedRun;
  readonly out: string;
  /** Names of parts of one's own, which a run does not load by itself. */
  readonly parts: { readonly space?: string; readonly strategy?: string };
}

/** To its end. Throws `E_STUDY_OTHER` where another run is, and what a run throws. */
export async function finishInStudy({ prepared, out, parts }: StudyRun, host: RunHost): Promise<void> {
  if (RunFolder.isRun(out)) {
    assertSame(out, prepared.config);
    await resume({ run: out, data: prepared.config.data.location, ...parts }, host);
  } else await executeRun(prepared.start());
}

/** To the end of its search. Throws as `finishInStudy` does. */
export async function searchInStudy({ prepared, out, parts }: StudyRun, host: RunHost): Promise<void> {
  if (!RunFolder.isRun(out)) {
    await executeSearch(prepared.start());
    return;
  }
  assertSame(out, prepared.config);
  if (RunFolder.open(out).has(SUMMARY_FILE)) return;
  await executeSearch(await reopenRun({ run: out, data: prepared.config.data.location, ...parts }, host));
}

/** Why a run diverged, null if it did not. Throws what else stops it: it would stop the other runs too. */
export async function divergenceOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof IstaNasError && error.code === "E_TRAIN_DIVERGED") return error.message;
    throw error;
  }
}

/** A table of runs with different settings would compare nothing. Throws `E_STUDY_OTHER`. */
function assertSame(out: string, wanted: RunConfig): void {
  const part = ({ seed, arithmetic, data, space, strategy, training }: RunConfig) =>
    [seed, arithmetic, data.fingerprint, space, strategy, training] as const;
  if (isDeepStrictEqual(part(loadRunConfig(RunFolder.open(out))), part(wanted))) return;
  throw otherSettings(`${out} is a run with other settings`);
}

/** The error of a study that was begun otherwise. */
export function otherSettings(what: string): IstaNasError {
  return new IstaNasError(`study: ${what}, expected those of this study`, {
    code: "E_STUDY_OTHER",
    kind: "usage",
    hint: "start the study with the flags that it was begun with, or in another place with --out",
  });
}
