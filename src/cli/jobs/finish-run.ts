/** @file The end of a run: reads the test split once with the trained network, and writes everything that is handed over. */

import { countOf } from "../../count-of.ts";
import { SequentialBatches } from "../../data/index.ts";
import type { Device } from "../../device/index.ts";
import { drawCells, formatCells, writeModelFiles } from "../../export/index.ts";
import { countMacs, derivedNetwork, parameterCount } from "../../network/index.ts";
import { type RunConfig, SUMMARY_FILE, saveTestPredictions } from "../../run/index.ts";
import { formatGenotypeJson } from "../../space/index.ts";
import { Classifier, countCorrect, readWeights } from "../../train/index.ts";
import { absorbedWeights } from "../absorbed-weights.ts";
import { formatDuration } from "../duration.ts";
import { softmax } from "../softmax.ts";
import type { OpenedData } from "./open-data.ts";
import { percent } from "./run-recorder.ts";
import type { RunSession } from "./run-session.ts";
import type { TrainInputs } from "./train-network.ts";

/** What `--json` prints of a search or a training. */
interface RunSummary {
  readonly run: string;
  readonly strategy: string | null;
  readonly seed: number;
  readonly testAccuracy: number;
  readonly parameters: number;
  readonly macs: number;
  readonly seconds: number;
  readonly model: string;
}

/** `device` holds the trained weights. */
export async function finishRun(
  session: RunSession,
  device: Device,
  { genotype, details }: TrainInputs,
): Promise<void> {
  const { folder, config, data, terminal, recorder } = session;
  session.assertOwned();
  folder.write("genotype.json", formatGenotypeJson(genotype));
  const absorbed = absorbedWeights(details);
  folder.write("cells.svg", drawCells(genotype, { title: config.genotypeName ?? folder.name, ...absorbed }));
  const { network: spec, batch } = config.retrain;
  const classifier = await Classifier.compile(device, derivedNetwork(spec, genotype), { batch });
  const weights = readWeights(device, classifier.network);
  const logits = await testLogits(classifier, data, config);
  const accuracy = countCorrect(logits, data.test.labels, data.test.count) / data.test.count;
  const parameters = parameterCount(classifier.network.parameters);
  const macs = countMacs(classifier.network.graph, config.retrain.batch);
  const probabilities = softmax(logits, config.classNames.length);
  saveTestPredictions(folder, data.test, probabilities);
  const { seconds } = session;
  recorder.note({ kind: "test", accuracy, images: data.test.count });
  const files = await writeModelFiles({
    folder,
    config,
    genotype,
    ...absorbed,
    network: classifier.network,
    weights,
    test: {
      images: data.test.pixels,
      count: data.test.count,
      logits,
      probabilities,
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
  recorder.note({ kind: "finished" });
  folder.writeJson(SUMMARY_FILE, { ...summary, ...details });
  terminal.line();
  terminal.block(formatCells(genotype, { width: terminal.width, ...absorbed }));
  terminal.line();
  const hits = Math.round(accuracy * data.test.count);
  terminal.line(`test accuracy   ${percent(accuracy)} (${hits} of ${countOf(data.test.count, "image")}, read once)`);
  terminal.line(`network         ${parameters} parameters, ${(macs / 1e6).toFixed(2)}M multiply-accumulates an image`);
  terminal.line(`time            ${formatDuration(seconds)}`);
  terminal.line(`ONNX check      ${files.parity}`);
  terminal.line(`run folder      ${folder.path}`);
  terminal.result({ ...summary, ...details });
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
