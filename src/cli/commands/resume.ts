/** @file `ista-nas resume`: goes on with a run that was stopped, to what it would have come to. */
import { resumeRun } from "../../run/index.ts";
import type { CommandInputs } from "../command.ts";
import { TerminalHost } from "../terminal-host.ts";

export async function resume({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const { with: changes, takeOver: takesOver = false, ...rest } = flags;
  const options = { ...rest, takesOver, ...(changes === undefined ? {} : { changes }) };
  terminal.result(await resumeRun(positional[0]!, options, new TerminalHost(terminal, flags.threads)));
}
