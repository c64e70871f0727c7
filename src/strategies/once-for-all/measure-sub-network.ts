/** @file How good a sub-network is as it stands on the device: its batch norms are calibrated, and it is measured on images that train no weights. */
import type { Device } from "../../device/index.ts";
import type { NetworkBuilder } from "../../network/index.ts";
import { type BatchSource, LossPass, recalibrate, type StepResult } from "../../train/index.ts";

interface FirstBatches {
  readonly source: BatchSource;
  readonly count: number;
}

interface StandingNetwork {
  readonly device: Device;
  readonly build: NetworkBuilder;
  /** Images of a batch. */
  readonly batch: number;
}

/** Losses are means over the batches, what is right is a sum. `calibrated`: on the batches that calibrate, each by its own statistics. */
export async function measureSubNetwork(
  { device, build, batch }: StandingNetwork,
  calibrating: FirstBatches,
  measuring: FirstBatches,
): Promise<{ readonly calibrated: StepResult; readonly heldOut: StepResult }> {
  const calibrated = await recalibrate(device, build, batch, firstBatches(calibrating));
  const pass = await LossPass.compile(device, build, batch, "running");
  let [loss, correct] = [0, 0];
  for (const images of firstBatches(measuring)) {
    const result = await pass.run(images);
    loss += result.loss / measuring.count;
    correct += result.correct;
  }
  pass.release();
  return { calibrated, heldOut: { loss, correct } };
}

/** Of further epochs where one has too few. */
function firstBatches({ source, count }: FirstBatches) {
  return Array.from({ length: count }, (_, index) =>
    source.batch(Math.floor(index / source.batchCount), index % source.batchCount),
  );
}
