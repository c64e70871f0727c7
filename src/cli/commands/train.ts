/** @file `ista-nas train`: a genotype trained from scratch and exported. */
import { pixelStatistics, TrainingBatches } from "../../data/index.ts";
import { createWasmDevice } from "../../device/index.ts";
import { RandomStreams } from "../../random/index.ts";
import { type RunConfig, RunFolder } from "../../run/index.ts";
import { monotonicSeconds } from "../clock.ts";
import type { CommandInputs } from "../command.ts";
import { formatDuration } from "../duration.ts";
import { readGenotype } from "../genotype-source.ts";
import { finishRun } from "../jobs/finish-run.ts";
import { measureRetrainStep } from "../jobs/measure.ts";
import { openData, runDataName } from "../jobs/open-data.ts";
import { RunRecorder } from "../jobs/run-recorder.ts";
import { retrainSettings } from "../jobs/settings.ts";
import { planRetrainEpochs } from "../jobs/time-plan.ts";
import { trainNetwork } from "../jobs/train-network.ts";
import { withTrainPreset } from "../presets.ts";
import { packageVersion } from "../version.ts";

export async function train({ positional, flags: typed, terminal }: CommandInputs): Promise<void> {
  const startedAt = monotonicSeconds();
  const { name: genotypeName, genotype } = readGenotype(positional[0]!);
  const path = positional[1]!;
  const flags = withTrainPreset(typed, path);
  const data = await openData(path, flags, terminal);
  const seed = flags.seed ?? 1;
  const threads = flags.threads ?? "auto";
  const streams = new RandomStreams(seed);
  const shape = { channels: data.channels, imageSize: data.imageSize, classCount: data.classNames.length };
  const normalisation = pixelStatistics(data.train);
  let retrain = retrainSettings(flags, shape, "train");
  const batches = new TrainingBatches({
    split: data.train,
    statistics: normalisation,
    batchSize: retrain.batch,
    augmentation: retrain.augmentation,
    streams,
    name: "measure",
  });
  if (flags.time !== undefined) {
    const perEpoch = batches.batchCount * (await measureRetrainStep(retrain, { genotype }, batches, threads));
    const epochs = planRetrainEpochs(flags.time - (monotonicSeconds() - startedAt), perEpoch);
    terminal.line(`plan: ${epochs} epochs of training in about ${formatDuration(epochs * perEpoch)}`);
    retrain = { ...retrain, epochs };
  }
  const config: RunConfig = {
    formatVersion: 1,
    version: packageVersion(),
    command: "train",
    strategy: null,
    seed,
    data: { name: data.name, path, trainImages: data.train.count, testImages: data.test.count },
    classNames: data.classNames,
    normalisation,
    search: null,
    oneStage: null,
    retrain,
  };
  const folder = RunFolder.create(flags.out ?? `runs/${runDataName(data)}-${genotypeName}-seed${seed}`);
  folder.writeJson("config.json", config);
  folder.writeJson("data.json", data.report);
  terminal.line(`run folder ${folder.path}`);
  const recorder = new RunRecorder(folder, terminal, monotonicSeconds);
  recorder.note({ kind: "started", command: "train", seed, version: config.version });
  const clock = monotonicSeconds;
  const device = await createWasmDevice({ threads });
  try {
    await trainNetwork(device, { config, genotype, data, streams, recorder, terminal, clock, from: "scratch" });
    await finishRun({ folder, config, device, genotype, genotypeName, data, recorder, terminal, clock, startedAt });
  } finally {
    await device.close();
  }
}
