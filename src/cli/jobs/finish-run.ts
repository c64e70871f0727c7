/** @file The end of a run: reads the test split once with the trained network, and writes everything that is handed over. */

import { SequentialBatches } from "../../data/index.ts";
import type { Device } from "../../device/index.ts";
import {
  accuracyInterval,
  type ClassAccuracy,
  drawDiagram,
  formatDiagram,
  formatTestAccuracy,
  shownClasses,
  testCaveats,
  writeModelFiles,
} from "../../export/index.ts";
import { countMacs, parameterCount } from "../../network/index.ts";
import { derivedNetwork, formatGenotypeJson } from "../../spaces/darts/index.ts";
import { type RunConfig, SUMMARY_FILE, saveTestPredictions } from "../../store/index.ts";
import { Classifier, countCorrect, countCorrectByClass, readWeights } from "../../train/index.ts";
import { absorbedWeights } from "../absorbed-weights.ts";
import { formatClassAccuracy } from "../class-accuracy.ts";
import { formatDuration } from "../duration.ts";
import { diagramOf } from "../genotype-diagram.ts";
import { softmax } from "../softmax.ts";
import type { Terminal } from "../terminal.ts";
import type { OpenedData } from "./open-data.ts";
import type { RunSession } from "./run-session.ts";
import type { TrainInputs } from "./train-network.ts";

/** What `--json` prints of a search or a training. */
interface RunSummary {
  readonly run: string;
  readonly strategy: string | null;
  readonly seed: number;
  readonly testAccuracy: number;
  readonly testImages: number;
  /** Where the accuracy on all images lies with 95 % confidence. */
  readonly testInterval: readonly [low: number, high: number];
  /** In the order of the outputs. */
  readonly classAccuracy: readonly ClassAccuracy[];
  /** What the accuracy says nothing or little about. */
  readonly caveats: readonly string[];
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
  const diagram = diagramOf(genotype, absorbedWeights(details).edgeWeights);
  folder.write("cells.svg", drawDiagram(diagram, { title: config.genotypeName ?? folder.name }));
  const { network: spec, batch } = config.retrain;
  const classifier = await Classifier.compile(device, derivedNetwork(spec, genotype), { batch });
  const weights = readWeights(device, classifier.network);
  const logits = await testLogits(classifier, data, config);
  const hits = countCorrect(logits, data.test.labels, data.test.count);
  const accuracy = hits / data.test.count;
  const classes = countCorrectByClass(logits, data.test.labels, config.classNames.length).map((row, label) => {
    return { name: config.classNames[label]!, ...row };
  });
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
    diagram,
    network: classifier.network,
    weights,
    test: {
      images: data.test.pixels,
      count: data.test.count,
      logits,
      probabilities,
    },
    figures: { accuracy, classes, parameters, macs, seconds },
  });
  const summary: RunSummary = {
    run: folder.path,
    strategy: config.strategy,
    seed: config.seed,
    testAccuracy: accuracy,
    testImages: data.test.count,
    testInterval: accuracyInterval(hits, data.test.count),
    classAccuracy: classes,
    caveats: testCaveats(classes),
    parameters,
    macs,
    seconds: Math.round(seconds * 10) / 10,
    model: files.model,
  };
  recorder.note({ kind: "finished" });
  folder.writeJson(SUMMARY_FILE, { ...summary, ...details });
  terminal.line();
  terminal.block(formatDiagram(diagram, { width: terminal.width }));
  terminal.line();
  showClasses(classes, terminal);
  terminal.line(`test accuracy   ${formatTestAccuracy(classes)}, read once`);
  for (const caveat of summary.caveats) terminal.line(`warning: ${caveat}`);
  terminal.line(`network         ${parameters} parameters, ${(macs / 1e6).toFixed(2)}M multiply-accumulates an image`);
  terminal.line(`time            ${formatDuration(seconds)}`);
  terminal.line(`ONNX check      ${files.parity}`);
  terminal.line(`run folder      ${folder.path}`);
  terminal.result({ ...summary, ...details });
}

function showClasses(classes: readonly ClassAccuracy[], terminal: Terminal): void {
  const shown = shownClasses(classes);
  if (shown.length < classes.length) terminal.line(`classes: the ${shown.length} lowest of ${classes.length}`);
  for (const line of formatClassAccuracy(shown)) terminal.line(...line);
  terminal.line();
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
