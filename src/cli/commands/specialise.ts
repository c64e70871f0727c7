/** @file `ista-nas specialise`: another network, within other limits, from a run that trained one set of weights for all. */
import { specialise as specialiseRun } from "../../run/index.ts";
import type { LimitsGiven } from "../../search/index.ts";
import type { CommandInputs } from "../command.ts";
import { pickFlags } from "../given-flags.ts";
import { TerminalHost } from "../terminal-host.ts";

export async function specialise({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const limits = pickFlags(flags, ["maxMacs", "maxMilliseconds", "maxParameters"]) as LimitsGiven;
  const given = pickFlags(flags, ["out", "data", "space", "strategy"]);
  const spec = { run: positional[0]!, ...limits, ...given };
  terminal.result(await specialiseRun(spec, new TerminalHost(terminal, flags)));
}
