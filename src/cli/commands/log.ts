/** @file `ista-nas log`: a run that is not at work, told to other programs. */
import { logRun } from "../../run/index.ts";
import type { CommandInputs } from "../command.ts";
import { pickFlags } from "../given-flags.ts";
import { TerminalHost } from "../terminal-host.ts";

export async function log({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const { logTo: log, ...given } = pickFlags(flags, ["logTo", "mlflowUri", "mlflowExperiment"]);
  const told = await logRun(
    { run: positional[0]!, ...(log === undefined ? {} : { log }), ...given },
    new TerminalHost(terminal),
  );
  for (const kind of told) terminal.line(`told ${kind}`);
  terminal.result({ run: positional[0]!, told });
}
