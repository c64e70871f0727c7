/** @file Shows a search as it goes, with the training that follows it in the time left. */
import type { RunConfig } from "../../run/index.ts";
import type { OneStageEvent } from "../../search/index.ts";
import type { SearchSpace } from "../../space/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { Terminal } from "../terminal.ts";
import { Progress } from "./progress.ts";
import type { RunRecorder } from "./run-recorder.ts";

/** Records all events of a search; returns what it returns. `epochs` and `stepsPerEpoch` are those of the search. */
export async function followSearch<Result>(
  run: AsyncGenerator<OneStageEvent, Result>,
  { epochs, stepsPerEpoch }: { readonly epochs: number; readonly stepsPerEpoch: number },
  config: RunConfig,
  space: SearchSpace,
  recorder: RunRecorder,
  terminal: Terminal,
): Promise<Result> {
  const plan = { phase: "search", epochs, stepsPerEpoch, secondsPerStep: null } as const;
  const retrainSteps = Math.floor(config.data.trainImages / config.retrain.batch);
  const progress = new Progress(terminal, monotonicSeconds, [
    plan,
    { phase: "retrain", epochs: config.retrain.epochs, stepsPerEpoch: retrainSteps, secondsPerStep: null },
  ]);
  progress.begin(plan);
  recorder.follow(progress);
  let event = await run.next();
  for (; !event.done; event = await run.next()) recorder.search(event.value, space);
  return event.value;
}
