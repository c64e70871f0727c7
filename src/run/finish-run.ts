/** @file The end of a run: reads the test split once with the trained network, and writes everything that is handed over. */
import { SequentialBatches } from "../data/index.ts";
import type { Device } from "../device/index.ts";
import { drawDiagram, PARITY_IMAGES, testCaveats, writeModelFiles } from "../export/index.ts";
import { countMacs, parameterCount } from "../network/index.ts";
import { classificationReport } from "../statistics/index.ts";
import { ARCHITECTURE_FILE, DRAWING_FILE, type RunConfig, SUMMARY_FILE, saveTestPredictions } from "../store/index.ts";
import { Classifier, readWeights } from "../train/index.ts";
import { drawFound } from "./draw-found.ts";
import type { OpenedData } from "./open-data.ts";
import { originOf } from "./origin-of.ts";
import type { RunSummary } from "./run-host.ts";
import type { RunSession } from "./run-session.ts";
import { softmax } from "./softmax.ts";
import { checkLatency } from "./speed/latency-check.ts";
import type { TrainInputs } from "./train-phase.ts";

/** `device` holds the trained weights. */
export async function finishRun(
  session: RunSession,
  device: Device,
  { architecture, details }: TrainInputs,
): Promise<RunSummary> {
  const { folder, config, data, parts, host, recorder } = session;
  const { space } = parts;
  session.assertOwned();
  session.meter.phase = "test";
  folder.write(ARCHITECTURE_FILE, space.formatJson(architecture));
  const { supports, diagram } = drawFound(space, architecture, details);
  folder.writeJson(DRAWING_FILE, { supports, diagram });
  folder.write("cells.svg", drawDiagram(diagram, { title: config.architectureName ?? folder.name }));
  const { network: macro, batch } = config.training;
  const classifier = await Classifier.compile(device, space.derivedNetwork(macro, architecture), { batch });
  const weights = readWeights(device, classifier.network);
  const logits = await testLogits(classifier, data, config);
  const parameters = parameterCount(classifier.network.parameters);
  const macs = countMacs(classifier.network.graph, batch);
  const probabilities = softmax(logits, config.classNames.length);
  const report = classificationReport(saveTestPredictions(folder, data.test, probabilities), config.classNames);
  const checked = Math.min(data.test.count, PARITY_IMAGES);
  const classCount = config.classNames.length;
  const { seconds } = session;
  recorder.note({ kind: "test", accuracy: report.accuracy, images: data.test.count });
  const files = await writeModelFiles({
    ...{ folder, config, diagram, weights },
    network: classifier.network,
    size: parts.spaceKind.describe(macro),
    origin: originOf(config, parts, details),
    test: {
      ...{ images: data.test.pixels.range(0, checked), count: checked },
      ...{
        logits: logits.subarray(0, checked * classCount),
        probabilities: probabilities.subarray(0, checked * classCount),
      },
    },
    figures: { report, parameters, macs, seconds },
  });
  const latency = await checkLatency(config, space, architecture);
  const summary: RunSummary = {
    run: folder.path,
    space: config.space.kind,
    strategy: config.strategy?.kind ?? null,
    architecture: space.formatText(architecture),
    seed: config.seed,
    testAccuracy: report.accuracy,
    testImages: report.images,
    testInterval: report.interval,
    topFiveAccuracy: report.topFiveAccuracy,
    macroF1: report.macroF1,
    calibrationError: report.calibration.error,
    classAccuracy: report.classes,
    caveats: testCaveats(report.classes),
    parameters,
    macs,
    seconds: Math.round(seconds * 10) / 10,
    compute: session.meter.compute,
    model: files.model,
    ...(latency === null ? {} : { latency }),
    ...details,
  };
  recorder.note({ kind: "finished" });
  folder.writeJson(SUMMARY_FILE, summary);
  host.onEvent({ kind: "done", summary, diagram, parity: files.parity });
  return summary;
}

/** Logits `[N, classCount]` of the whole test split. */
async function testLogits(classifier: Classifier, data: OpenedData, config: RunConfig): Promise<Float32Array> {
  const classCount = config.classNames.length;
  const logits = new Float32Array(data.test.count * classCount);
  const batches = new SequentialBatches({
    split: data.test,
    statistics: config.normalisation,
    batchSize: config.training.batch,
  });
  let offset = 0;
  for (const batch of batches) {
    const part = await classifier.logits(batch.images);
    logits.set(part.subarray(0, batch.count * classCount), offset);
    offset += batch.count * classCount;
  }
  return logits;
}
