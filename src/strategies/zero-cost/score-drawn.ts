/** @file What is learnt of an architecture that was drawn: its loss at initialisation, and its scores. */
import type { Device } from "../../device/index.ts";
import type { NetworkBuilder } from "../../network/index.ts";
import { LossPass, type StepResult, type TrainingBatch } from "../../train/index.ts";
import { scoreNetwork, ZERO_COST_SCORES, type ZeroCostScore } from "../../zero-cost/index.ts";

/** Those of these names, which there must be, in this order. */
export function scoresOf(names: readonly string[]): readonly ZeroCostScore[] {
  return names.map((name) => ZERO_COST_SCORES.find((score) => score.name === name)!);
}

/** An architecture, scored. */
export interface Scored {
  readonly start: StepResult;
  /** A number for each of the names; null for one that is not finite, and for all of them where the loss is not. */
  readonly scores: readonly (number | null)[];
}

/** Scores the network that `build` makes on one batch: with the values that the device holds, which stay as they are. */
export async function scoreDrawn(
  device: Device,
  build: NetworkBuilder,
  { batch, scores }: { readonly batch: number; readonly scores: readonly string[] },
  images: TrainingBatch,
): Promise<Scored> {
  const pass = await LossPass.compile(device, build, batch);
  const start = await pass.run(images);
  pass.release();
  if (!Number.isFinite(start.loss)) return { start, scores: scores.map(() => null) };
  return { start, scores: await scoreNetwork(device, build, scoresOf(scores), batch, images) };
}
