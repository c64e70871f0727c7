/** @file `ista-nas search`: data in, a searched, trained and exported network out. */
import { RandomStreams } from "../../random/index.ts";
import { dartsSpace } from "../../space/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { CommandInputs } from "../command.ts";
import { runOneStage } from "../jobs/one-stage-run.ts";
import { openData } from "../jobs/open-data.ts";
import { runTwoStage } from "../jobs/two-stage-run.ts";
import { withOneStagePreset, withPreset } from "../presets.ts";
import { checkStrategyFlags } from "../strategy-flags.ts";

export async function search({ positional, flags: typed, terminal }: CommandInputs): Promise<void> {
  const startedAt = monotonicSeconds();
  const path = positional[0]!;
  checkStrategyFlags(typed);
  const isOneStage = typed.strategy === "one-stage";
  const flags = isOneStage ? withOneStagePreset(typed, path) : withPreset(typed, path);
  const data = await openData(path, flags, terminal);
  const seed = flags.seed ?? 1;
  const inputs = {
    ...{ path: data.source.path, flags, data, seed, terminal, startedAt },
    streams: new RandomStreams(seed),
    space: dartsSpace(flags.sparsity === undefined ? {} : { sparsity: flags.sparsity }),
    threads: flags.threads ?? ("auto" as const),
  };
  await (isOneStage ? runOneStage(inputs) : runTwoStage(inputs));
}
