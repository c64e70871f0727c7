/** @file `ista-nas resume`: goes on with a run that was stopped, to what it would have come to. */
import { resume as resumeRun } from "../../run/index.ts";
import type { CommandInputs } from "../command.ts";
import { pickFlags } from "../given-flags.ts";
import { TerminalHost } from "../terminal-host.ts";

export async function resume({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const given = pickFlags(flags, ["with", "data", "takeOver", "mlflowUri", "space", "strategy"]);
  terminal.result(await resumeRun({ run: positional[0]!, ...given }, new TerminalHost(terminal, flags)));
}
