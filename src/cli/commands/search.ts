/** @file `ista-nas search`: data in, a searched, trained and exported network out. */

import { dirname } from "node:path";
import { assertWasmDevice } from "../../device/index.ts";
import { RunFolder } from "../../store/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { CommandInputs } from "../command.ts";
import { executeRun } from "../jobs/execute-run.ts";
import { planOneStage } from "../jobs/one-stage-run.ts";
import { openData } from "../jobs/open-data.ts";
import { openPage } from "../jobs/open-page.ts";
import { resumeRun } from "../jobs/resume-run.ts";
import { startRun } from "../jobs/start-run.ts";
import { planTwoStage } from "../jobs/two-stage-run.ts";
import { goesOnWithUnfinished } from "../jobs/unfinished-run.ts";
import { withOneStagePreset, withPreset } from "../presets.ts";
import { checkStrategyFlags } from "../strategy-flags.ts";

export async function search(inputs: CommandInputs): Promise<void> {
  const startedAt = monotonicSeconds();
  checkStrategyFlags(inputs.flags);
  await assertWasmDevice({ threads: inputs.flags.threads ?? "auto" });
  if (inputs.flags.open !== true) return searchData(inputs, startedAt);
  const page = await openPage(runsFolder(inputs.flags.out), inputs.terminal);
  try {
    await searchData(inputs, startedAt);
    await page.untilStopped();
  } finally {
    page.stop();
  }
}

/** Where the run's folder will be; made now, so that it can be served. */
function runsFolder(out: string | undefined): string {
  return RunFolder.ensure(out === undefined ? "runs" : dirname(out)).path;
}

async function searchData({ positional, flags: typed, terminal }: CommandInputs, startedAt: number): Promise<void> {
  const path = positional[0]!;
  if (await goesOnWithUnfinished(typed, terminal)) {
    return resumeRun(typed.out!, { threads: typed.threads ?? "auto", data: path, terminal });
  }
  const isOneStage = typed.strategy === "one-stage";
  const flags = isOneStage ? withOneStagePreset(typed, path) : withPreset(typed, path);
  const data = await openData(path, flags, terminal);
  const inputs = { flags, typed, data, terminal, startedAt, threads: flags.threads ?? ("auto" as const) };
  const config = await (isOneStage ? planOneStage(inputs) : planTwoStage(inputs));
  await executeRun(startRun(inputs, config, null));
}
