/** @file `ista-nas train`: an architecture trained from scratch and exported. */
import { train as trainArchitecture } from "../../run/index.ts";
import type { CommandInputs } from "../command.ts";
import { startOrResume } from "../unfinished-run.ts";

export async function train(inputs: CommandInputs): Promise<void> {
  const [architecture, data] = inputs.positional as [string, string];
  await startOrResume(inputs, data, (spec, host) => trainArchitecture({ ...spec, architecture, data }, host));
}
