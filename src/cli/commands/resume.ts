/** @file `ista-nas resume`: goes on with a run that was stopped. */
import type { CommandInputs } from "../command.ts";
import { resumeRun } from "../jobs/resume-run.ts";

export async function resume({ positional, flags, terminal }: CommandInputs): Promise<void> {
  await resumeRun(positional[0]!, {
    threads: flags.threads ?? "auto",
    ...(flags.data === undefined ? {} : { data: flags.data }),
    ...(flags.with === undefined ? {} : { changes: flags.with }),
    takesOver: flags.takeOver === true,
    terminal,
  });
}
