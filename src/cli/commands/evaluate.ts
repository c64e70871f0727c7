/** @file `ista-nas evaluate`: accuracy of a trained network on labelled images, as a whole and by class. */
import { formatTestAccuracy } from "../../export/index.ts";
import { evaluate as evaluateModel } from "../../run/index.ts";
import { formatClassAccuracy } from "../class-accuracy.ts";
import type { CommandInputs } from "../command.ts";
import { pickFlags } from "../given-flags.ts";
import { TerminalHost } from "../terminal-host.ts";

export async function evaluate({ positional, flags, terminal }: CommandInputs): Promise<void> {
  const [model, data] = positional as [string, string];
  const given = pickFlags(flags, ["split", "space", "seed", "testFraction", "maxBadImages"]);
  const result = await evaluateModel({ model, data, ...given }, new TerminalHost(terminal, flags.threads));
  const { classes, missing } = result;
  for (const line of formatClassAccuracy(classes)) terminal.line(...line);
  if (missing.length > 0) terminal.line(`no images of ${missing.join(", ")}: the accuracy says nothing about them`);
  terminal.line(`test accuracy ${formatTestAccuracy(classes)}`);
  terminal.result(result);
}
