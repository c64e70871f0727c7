/** @file A trained run that is opened to be written in another form, and the place where that goes. */
import type { OutputPlace } from "../files/index.ts";
import type { Flag } from "../options/index.ts";
import type { RunHost } from "./run-host.ts";
import { RUN_FLAGS } from "./run-options.ts";
import type { PartNames } from "./run-parts.ts";
import { takeGiven } from "./take-given.ts";
import { openRunClassifier, type RunClassifier } from "./trained-model.ts";

/** Where what is exported goes, as errors say it. */
export const EXPORT_PLACE: OutputPlace = { where: "export", flag: "--file", code: "E_EXPORT_WRITE" };

/** Random images that an exported model is checked on; the run's own check used its test images. */
export const CHECK_IMAGES = 64;

export interface ExportedRun extends Pick<PartNames, "space"> {
  /** A run folder. */
  readonly run: string;
  /** Default: in the run folder. */
  readonly file?: string;
}

/** `EXPORT_PLACE`; a place in the run folder is the command's own choice. */
export function exportPlace({ file }: ExportedRun): OutputPlace {
  return { ...EXPORT_PLACE, isOwn: file === undefined };
}

/** Checks what was asked for by these flags, opens the run, and closes it when `work` is done. Throws what `takeGiven` and `openRunClassifier` throw. */
export async function withRun<Result>(
  where: string,
  spec: ExportedRun,
  flags: Readonly<Record<string, Flag<unknown> | null>>,
  { threads }: RunHost,
  work: (run: RunClassifier) => Promise<Result>,
): Promise<Result> {
  takeGiven(spec, { where, needed: ["run"], flags: { ...flags, space: RUN_FLAGS.space } });
  const run = await openRunClassifier(spec.run, { ...spec, threads, batch: CHECK_IMAGES });
  try {
    return await work(run);
  } finally {
    await run.close();
  }
}
