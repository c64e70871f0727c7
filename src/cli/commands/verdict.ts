/** @file `ista-nas verdict`: a finished search beside what costs nothing, trained for as long. */
import { verdict as passVerdict } from "../../run/index.ts";
import type { CommandInputs } from "../command.ts";
import { pickFlags } from "../given-flags.ts";
import { TerminalHost } from "../terminal-host.ts";

export async function verdict({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const given = pickFlags(flags, ["random", "published", "data", "takeOver", "space", "strategy"]);
  terminal.result(await passVerdict({ run: positional[0]!, ...given }, new TerminalHost(terminal, flags)));
}
