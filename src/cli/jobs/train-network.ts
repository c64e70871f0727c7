/** @file Trains a network on all training images, with progress, journal and checkpoints. */
import { TrainingBatches } from "../../data/index.ts";
import type { Device } from "../../device/index.ts";
import { RandomStreams } from "../../random/index.ts";
import { derivedNetwork, formatGenotypeJson, type Genotype } from "../../spaces/darts/index.ts";
import type { RunConfig } from "../../store/index.ts";
import { Trainer, type TrainerState } from "../../train/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { OpenedData } from "./open-data.ts";
import { Progress } from "./progress.ts";
import type { RunSession } from "./run-session.ts";

export interface TrainInputs {
  readonly genotype: Genotype;
  /** What `summary.json` says about the search. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly from: "scratch" | "present" | TrainerState;
}

/** Afterwards the device holds the trained weights. */
export async function trainNetwork(
  session: RunSession,
  device: Device,
  { genotype, details, from }: TrainInputs,
): Promise<void> {
  const { config, streams, recorder, terminal } = session;
  const settings = config.retrain;
  const batches = retrainBatches(config, session.data);
  const progress = new Progress(terminal, monotonicSeconds, []);
  const { epochs } = settings;
  const stepsPerEpoch = batches.batchCount;
  const { epoch, step } = typeof from === "string" ? { epoch: 0, step: 0 } : from;
  progress.begin({ phase: "retrain", epochs, stepsPerEpoch, secondsPerStep: null }, epoch * stepsPerEpoch + step);
  recorder.follow(progress);
  const options = { ...settings, maxLoss: config.maxLoss };
  const trainer = new Trainer(
    {
      ...{ device, build: derivedNetwork(settings.network, genotype), batches, streams, options },
      clock: monotonicSeconds,
    },
    from,
  );
  await session.follow(
    trainer.run(),
    device,
    (event) => recorder.retrain(event),
    () => ({ phase: "retrain", genotype: formatGenotypeJson(genotype), details, training: trainer.state() }),
  );
}

/** All training images. Throws what `TrainingBatches` throws: plans make them to find out before anything is computed. */
export function retrainBatches({ retrain, normalisation, seed }: RunConfig, data: OpenedData): TrainingBatches {
  const { batch, augmentation } = retrain;
  return new TrainingBatches({
    ...{ split: data.train, statistics: normalisation, batchSize: batch, augmentation },
    ...{ streams: new RandomStreams(seed), name: "retrain" },
  });
}
