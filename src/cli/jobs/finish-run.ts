/**
 * @file The second half of a search and the whole of a training: trains the genotype from scratch on all training images, reads
 * the test split once, and writes everything that is handed over.
 */
import { SequentialBatches, TrainingBatches } from "../../data/index.ts";
import { createWasmDevice, type Device } from "../../device/index.ts";
import { drawCells, formatCells, writeModelFiles } from "../../export/index.ts";
import { countMacs, genotypeStructures, parameterCount } from "../../network/index.ts";
import type { RandomStreams } from "../../random/index.ts";
import type { RunConfig, RunFolder } from "../../run/index.ts";
import { formatGenotypeJson, type Genotype } from "../../space/index.ts";
import { Classifier, countCorrect, readWeights, retrain } from "../../train/index.ts";
import { formatDuration } from "../duration.ts";
import { softmax } from "../softmax.ts";
import type { Terminal } from "../terminal.ts";
import type { OpenedData } from "./open-data.ts";
import { Progress } from "./progress.ts";
import { percent, type RunRecorder } from "./run-recorder.ts";

export interface FinishInputs {
  readonly folder: RunFolder;
  readonly config: RunConfig;
  readonly genotype: Genotype;
  /** What the genotype is called: a published name, or that of the run. */
  readonly genotypeName: string;
  readonly data: OpenedData;
  readonly streams: RandomStreams;
  readonly threads: number | "auto";
  readonly recorder: RunRecorder;
  readonly terminal: Terminal;
  /** Seconds. */
  readonly clock: () => number;
  /** When the whole run began, by that clock. */
  readonly startedAt: number;
}

/** What `--json` prints of a search or a training. */
export interface RunSummary {
  readonly run: string;
  readonly strategy: string | null;
  readonly seed: number;
  readonly testAccuracy: number;
  readonly parameters: number;
  readonly macs: number;
  readonly seconds: number;
  readonly model: string;
}

export async function finishRun(inputs: FinishInputs): Promise<RunSummary> {
  const { folder, config, genotype, data, terminal, recorder } = inputs;
  folder.write("genotype.json", formatGenotypeJson(genotype));
  folder.write("cells.svg", drawCells(genotype, { title: inputs.genotypeName }));
  const device = await createWasmDevice({ threads: inputs.threads });
  try {
    const { weights, classifier } = await trainFromScratch(device, inputs);
    const logits = await testLogits(classifier, data, config);
    const accuracy = countCorrect(logits, data.test.labels, data.test.count) / data.test.count;
    const parameters = parameterCount(classifier.network.parameters);
    const macs = countMacs(classifier.network.graph, config.retrain.batch);
    const seconds = inputs.clock() - inputs.startedAt;
    recorder.note({ kind: "test", accuracy, images: data.test.count });
    const files = await writeModelFiles({
      folder,
      config,
      genotype,
      network: classifier.network,
      weights,
      test: {
        images: data.test.pixels,
        count: data.test.count,
        logits,
        probabilities: softmax(logits, config.classNames.length),
      },
      figures: { accuracy, parameters, macs, seconds },
    });
    const summary: RunSummary = {
      run: folder.path,
      strategy: config.strategy,
      seed: config.seed,
      testAccuracy: accuracy,
      parameters,
      macs,
      seconds: Math.round(seconds * 10) / 10,
      model: files.model,
    };
    folder.writeJson("summary.json", summary);
    recorder.note({ kind: "finished" });
    terminal.line();
    terminal.line(formatCells(genotype, { width: terminal.width }));
    terminal.line();
    const hits = Math.round(accuracy * data.test.count);
    terminal.line(`test accuracy   ${percent(accuracy)} (${hits} of ${data.test.count} images, read once)`);
    terminal.line(
      `network         ${parameters} parameters, ${(macs / 1e6).toFixed(2)}M multiply-accumulates an image`,
    );
    terminal.line(`time            ${formatDuration(seconds)}`);
    terminal.line(`ONNX check      ${files.parity}`);
    terminal.line(`run folder      ${folder.path}`);
    terminal.result(summary);
    return summary;
  } finally {
    await device.close();
  }
}

async function trainFromScratch(device: Device, inputs: FinishInputs) {
  const { config, data, streams, recorder, terminal, clock } = inputs;
  const settings = config.retrain;
  const structures = genotypeStructures(inputs.genotype);
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
  const events = retrain(device, settings.network, structures, batches, streams, settings, clock);
  let event = await events.next();
  for (; !event.done; event = await events.next()) recorder.retrain(event.value);
  const classifier = await Classifier.compile(device, settings.network, structures, { batch: settings.batch });
  return { classifier, weights: readWeights(device, classifier.network) };
}

/** Logits `[N, classCount]` of the whole test split. */
async function testLogits(classifier: Classifier, data: OpenedData, config: RunConfig): Promise<Float32Array> {
  const classCount = config.classNames.length;
  const logits = new Float32Array(data.test.count * classCount);
  const batches = new SequentialBatches({
    split: data.test,
    statistics: config.normalisation,
    batchSize: config.retrain.batch,
  });
  let offset = 0;
  for (const batch of batches) {
    const part = await classifier.logits(batch.images);
    logits.set(part.subarray(0, batch.count * classCount), offset);
    offset += batch.count * classCount;
  }
  return logits;
}
