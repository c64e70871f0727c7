/** @file Seconds that an epoch of training the derived network takes, measured. */
import { TrainingBatches } from "../../data/index.ts";
import { RandomStreams } from "../../random/index.ts";
import type { RunConfig } from "../../store/index.ts";
import { measureRetrainStep } from "./measure.ts";
import type { OpenedData } from "./open-data.ts";

export async function secondsOfRetrainEpoch(
  config: Pick<RunConfig, "retrain" | "normalisation">,
  choice: Parameters<typeof measureRetrainStep>[1],
  data: OpenedData,
  threads: number | "auto",
): Promise<number> {
  const { retrain, normalisation } = config;
  const batches = new TrainingBatches({
    split: data.train,
    statistics: normalisation,
    batchSize: retrain.batch,
    augmentation: retrain.augmentation,
    streams: new RandomStreams(0),
    name: "measure",
  });
  return batches.batchCount * (await measureRetrainStep(retrain, choice, batches, threads));
}
