/** @file Trains a network on all training images, with journal and checkpoints. */
import { TrainingBatches } from "../data/index.ts";
import type { Device } from "../device/index.ts";
import { RandomStreams } from "../random/index.ts";
import type { RunConfig } from "../store/index.ts";
import { Trainer, type TrainerState } from "../train/index.ts";
import { monotonicSeconds } from "./clock.ts";
import type { OpenedData } from "./open-data.ts";
import type { RunSession } from "./run-session.ts";

export interface TrainInputs {
  /** Of the space of the run. */
  readonly architecture: unknown;
  /** What `summary.json` says about the search. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly from: "scratch" | "present" | TrainerState;
}

/** Afterwards the device holds the trained weights. */
export async function trainPhase(
  session: RunSession,
  device: Device,
  { architecture, details, from }: TrainInputs,
): Promise<void> {
  const { config, parts, streams, recorder, host } = session;
  const settings = config.training;
  const batches = trainingBatches(config, session.data);
  const { epochs } = settings;
  const stepsPerEpoch = batches.batchCount;
  const { epoch, step } = typeof from === "string" ? { epoch: 0, step: 0 } : from;
  const plan = { phase: "retrain", epochs, stepsPerEpoch } as const;
  host.onEvent({ kind: "phase", plan, stepsBefore: epoch * stepsPerEpoch + step, next: null });
  const options = { ...settings, maxLoss: config.maxLoss };
  const build = parts.space.derivedNetwork(settings.network, architecture);
  const trainer = new Trainer({ device, build, batches, streams, options, clock: monotonicSeconds }, from);
  recorder.beginEpoch();
  await session.follow(
    trainer.run(),
    device,
    (event) => recorder.retrain(event),
    () => ({
      phase: "retrain",
      architecture: parts.space.formatJson(architecture),
      details,
      training: trainer.state(),
    }),
  );
}

/** All training images. Throws what `TrainingBatches` throws: plans make them to find out before anything is computed. */
export function trainingBatches({ training, normalisation, seed }: RunConfig, data: OpenedData): TrainingBatches {
  const { batch, augmentation } = training;
  return new TrainingBatches({
    ...{ split: data.train, statistics: normalisation, batchSize: batch, augmentation },
    ...{ streams: new RandomStreams(seed), name: "retrain" },
  });
}
