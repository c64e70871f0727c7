/** @file Trains a network on all training images, with journal and checkpoints. */
import { TrainingBatches } from "../data/index.ts";
import type { Device } from "../device/index.ts";
import { withClassWeights } from "../network/index.ts";
import { RandomStreams } from "../random/index.ts";
import type { RunConfig } from "../store/index.ts";
import { recalibrate, Trainer, type TrainerState } from "../train/index.ts";
import { monotonicSeconds } from "./clock.ts";
import type { OpenedData } from "./open-data.ts";
import { PhaseBudget } from "./phase-budget.ts";
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
  const { config, parts, streams, recorder, host, meter } = session;
  meter.phase = "training";
  const settings = config.training;
  const batches = trainingBatches(config, session.data);
  const stepsPerEpoch = batches.batchCount;
  const announce = (epochs: number, stepsBefore: number) => {
    host.onEvent({ kind: "phase", plan: { phase: "retrain", epochs, stepsPerEpoch }, stepsBefore, next: null });
  };
  const { epoch, step } = typeof from === "string" ? { epoch: 0, step: 0 } : from;
  announce(settings.epochs, epoch * stepsPerEpoch + step);
  const options = { ...settings, maxLoss: config.maxLoss };
  const build = withClassWeights(parts.space.derivedNetwork(settings.network, architecture), config.classWeights);
  const trainer = new Trainer({ device, build, batches, streams, options, clock: monotonicSeconds }, from);
  const budget = new PhaseBudget(
    session,
    typeof from === "string" ? undefined : session.checkpoint?.state.budgetReadings,
  );
  recorder.beginEpoch();
  await session.follow(
    trainer.run(),
    device,
    (event) => {
      recorder.retrain(event);
      if (event.kind !== "retrain-epoch") return;
      const epochs = budget.trainingEpochs(event.epoch);
      if (epochs === event.epochs) return;
      trainer.changeEpochs(epochs);
      announce(epochs, event.epoch * stepsPerEpoch);
    },
    () => ({
      phase: "retrain",
      architecture: parts.space.formatJson(architecture),
      details,
      training: trainer.state(),
      epochs: session.config.training.epochs,
      ...(budget.readings === undefined ? {} : { budgetReadings: budget.readings }),
    }),
  );
}

/** Makes the running statistics of a network anew whose weights are trained, if the strategy asks for it. */
export async function recalibratePhase(
  { config, data, parts }: RunSession,
  device: Device,
  { architecture }: TrainInputs,
): Promise<void> {
  const { recalibrationBatches = 0 } = parts.strategy ?? {};
  if (recalibrationBatches === 0) return;
  const { network, batch, epochs } = config.training;
  const batches = trainingBatches(config, data);
  // Of an epoch that was not trained on: images as augmentation would have had them next.
  const count = Math.min(recalibrationBatches, batches.batchCount);
  const seen = Array.from({ length: count }, (_, index) => batches.batch(epochs, index));
  await recalibrate(device, parts.space.derivedNetwork(network, architecture), batch, seen);
}

/** All training images. Throws what `TrainingBatches` throws: plans make them to find out before anything is computed. */
export function trainingBatches(
  { training, normalisation, sampling, seed }: RunConfig,
  data: OpenedData,
): TrainingBatches {
  const { batch, augmentation } = training;
  return new TrainingBatches({
    ...{ split: data.train, statistics: normalisation, batchSize: batch, augmentation, sampling },
    ...{ streams: new RandomStreams(seed), name: "retrain" },
  });
}
