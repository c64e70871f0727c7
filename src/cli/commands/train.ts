/** @file `ista-nas train`: an architecture trained from scratch and exported. */
import { resumeRun, runTraining } from "../../run/index.ts";
import type { CommandInputs } from "../command.ts";
import { TerminalHost } from "../terminal-host.ts";
import { goesOnWithUnfinished } from "../unfinished-run.ts";

export async function train({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const [source, path] = positional as [string, string];
  const host = new TerminalHost(terminal, flags.threads);
  const summary = (await goesOnWithUnfinished(flags, terminal))
    ? await resumeRun(flags.out!, { ...flags, data: path }, host)
    : await runTraining(source, path, flags, host);
  terminal.result(summary);
}
