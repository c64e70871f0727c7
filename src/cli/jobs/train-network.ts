/** @file Trains the derived network on all training images, with progress and journal. */
import { TrainingBatches } from "../../data/index.ts";
import type { Device } from "../../device/index.ts";
import { genotypeStructures } from "../../network/index.ts";
import type { RandomStreams } from "../../random/index.ts";
import type { RunConfig } from "../../run/index.ts";
import type { Genotype } from "../../space/index.ts";
import { retrain, trainOn } from "../../train/index.ts";
import type { Terminal } from "../terminal.ts";
import type { OpenedData } from "./open-data.ts";
import { Progress } from "./progress.ts";
import type { RunRecorder } from "./run-recorder.ts";

export interface TrainInputs {
  readonly config: RunConfig;
  readonly genotype: Genotype;
  readonly data: OpenedData;
  readonly streams: RandomStreams;
  readonly recorder: RunRecorder;
  readonly terminal: Terminal;
  /** Seconds. */
  readonly clock: () => number;
  /** `scratch`: from initial values; `present`: from the weights that the device holds. */
  readonly from: "scratch" | "present";
}

/** Afterwards the device holds the trained weights. */
export async function trainNetwork(device: Device, inputs: TrainInputs): Promise<void> {
  const { config, genotype, data, streams, recorder, terminal, clock, from } = inputs;
  const settings = config.retrain;
  const batches = new TrainingBatches({
    split: data.train,
    statistics: config.normalisation,
    batchSize: settings.batch,
    augmentation: settings.augmentation,
    streams,
    name: "retrain",
  });
  const progress = new Progress(terminal, clock, []);
  progress.begin({
    phase: "retrain",
    epochs: settings.epochs,
    stepsPerEpoch: batches.batchCount,
    secondsPerStep: null,
  });
  recorder.follow(progress);
  const train = from === "scratch" ? retrain : trainOn;
  const structures = genotypeStructures(genotype);
  const events = train(device, settings.network, structures, batches, streams, settings, clock);
  for (let event = await events.next(); !event.done; event = await events.next()) recorder.retrain(event.value);
}
