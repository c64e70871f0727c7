/** @file What people see of a search as it goes, with the training that follows it in the time left. */
import type { TrainingPlace } from "../../train/index.ts";
import { monotonicSeconds } from "../clock.ts";
import { Progress } from "./progress.ts";
import type { RunSession } from "./run-session.ts";

/** The progress of a search of so many epochs, from its beginning or from a place in it. */
export function searchProgress(
  { config, terminal }: RunSession,
  epochs: number,
  stepsPerEpoch: number,
  from: TrainingPlace | null,
): Progress {
  const plan = { phase: "search", epochs, stepsPerEpoch, secondsPerStep: null } as const;
  const retrainSteps = Math.floor(config.data.trainImages / config.retrain.batch);
  const progress = new Progress(terminal, monotonicSeconds, [
    plan,
    { phase: "retrain", epochs: config.retrain.epochs, stepsPerEpoch: retrainSteps, secondsPerStep: null },
  ]);
  progress.begin(plan, from === null ? 0 : from.epoch * stepsPerEpoch + from.step);
  return progress;
}
