/** @file `ista-nas search`: data in, a searched, trained and exported network out. */
import { dirname } from "node:path";
import { search as searchArchitecture } from "../../run/index.ts";
import { RunFolder } from "../../store/index.ts";
import type { CommandInputs } from "../command.ts";
import { openPage } from "../open-page.ts";
import { startOrResume } from "../unfinished-run.ts";

export async function search(inputs: CommandInputs): Promise<void> {
  const { flags, terminal } = inputs;
  if (flags.open !== true) return searchData(inputs);
  const page = await openPage(runsFolder(flags.out), terminal);
  try {
    await searchData(inputs);
    await page.untilStopped();
  } finally {
    page.stop();
  }
}

/** Where the run's folder will be; made now, so that it can be served. */
function runsFolder(out: string | undefined): string {
  return RunFolder.ensure(out === undefined ? "runs" : dirname(out)).path;
}

async function searchData(inputs: CommandInputs): Promise<void> {
  const data = inputs.positional[0]!;
  await startOrResume(inputs, data, (spec, host) => searchArchitecture({ ...spec, data }, host));
}
