/** @file The end of a run: reads the test split once with the trained network, and writes everything that is handed over. */
import { SequentialBatches } from "../../data/index.ts";
import type { Device } from "../../device/index.ts";
import { drawCells, formatCells, writeModelFiles } from "../../export/index.ts";
import { countMacs, genotypeStructures, parameterCount } from "../../network/index.ts";
import type { RunConfig, RunFolder } from "../../run/index.ts";
import { formatGenotypeJson, type Genotype } from "../../space/index.ts";
import { Classifier, countCorrect, readWeights } from "../../train/index.ts";
import { formatDuration } from "../duration.ts";
import { softmax } from "../softmax.ts";
import type { Terminal } from "../terminal.ts";
import type { OpenedData } from "./open-data.ts";
import { percent, type RunRecorder } from "./run-recorder.ts";

export interface FinishInputs {
  readonly folder: RunFolder;
  readonly config: RunConfig;
  /** Holds the trained weights. */
  readonly device: Device;
  readonly genotype: Genotype;
  /** What the genotype is called: a published name, or that of the run. */
  readonly genotypeName: string;
  readonly data: OpenedData;
  readonly recorder: RunRecorder;
  readonly terminal: Terminal;
  /** Seconds. */
  readonly clock: () => number;
  /** When the whole run began, by that clock. */
  readonly startedAt: number;
  /** More for `summary.json` and `--json`: how the search went. */
  readonly details?: Readonly<Record<string, unknown>>;
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
  const { folder, config, device, genotype, data, terminal, recorder } = inputs;
  folder.write("genotype.json", formatGenotypeJson(genotype));
  folder.write("cells.svg", drawCells(genotype, { title: inputs.genotypeName }));
  const structures = genotypeStructures(genotype);
  const { network: spec, batch } = config.retrain;
  const classifier = await Classifier.compile(device, spec, structures, { batch });
  const weights = readWeights(device, classifier.network);
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
  folder.writeJson("summary.json", { ...summary, ...inputs.details });
  recorder.note({ kind: "finished" });
  terminal.line();
  terminal.line(formatCells(genotype, { width: terminal.width }));
  terminal.line();
  const hits = Math.round(accuracy * data.test.count);
  terminal.line(`test accuracy   ${percent(accuracy)} (${hits} of ${data.test.count} images, read once)`);
  terminal.line(`network         ${parameters} parameters, ${(macs / 1e6).toFixed(2)}M multiply-accumulates an image`);
  terminal.line(`time            ${formatDuration(seconds)}`);
  terminal.line(`ONNX check      ${files.parity}`);
  terminal.line(`run folder      ${folder.path}`);
  terminal.result({ ...summary, ...inputs.details });
  return summary;
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
