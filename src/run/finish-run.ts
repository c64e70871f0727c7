/** @file The end of a run: reads the test split once with the trained network, and writes everything that is handed over. */
import type { Device } from "../device/index.ts";
import { drawDiagram, testCaveats, writeModelFiles } from "../export/index.ts";
import { countMacs, parameterCount } from "../network/index.ts";
import { type ClassificationReport, classificationReport } from "../statistics/index.ts";
import { ARCHITECTURE_FILE, DRAWING_FILE, SUMMARY_FILE, saveTestPredictions } from "../store/index.ts";
import { Classifier, readWeights } from "../train/index.ts";
import { drawFound } from "./draw-found.ts";
import { originOf } from "./origin-of.ts";
import type { RunSummary, TaskSummary } from "./run-host.ts";
import type { RunSession } from "./run-session.ts";
import { checkLatency } from "./speed/latency-check.ts";
import { testAnswers } from "./test-answers.ts";
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
  const [first, ...others] = await testAnswers(classifier, data, config);
  const parameters = parameterCount(classifier.network.parameters);
  const macs = countMacs(classifier.network.graph, batch);
  const otherAnswers = others.map(({ probabilities }) => probabilities);
  const kept = saveTestPredictions(folder, data.test, first.probabilities, otherAnswers);
  const report = classificationReport(kept, config.classNames);
  const otherTasks = (config.otherTasks ?? []).map(({ name, classNames }, task) => {
    return { name, report: classificationReport(kept.otherTasks![task]!, classNames) };
  });
  const { seconds } = session;
  recorder.note({
    ...{ kind: "test", accuracy: report.accuracy },
    ...(otherTasks.length === 0 ? {} : { otherAccuracies: otherTasks.map((task) => task.report.accuracy) }),
    images: data.test.count,
  });
  const files = await writeModelFiles({
    ...{ folder, config, diagram, weights },
    network: classifier.network,
    size: parts.spaceKind.describe(macro),
    origin: originOf(config, parts, details),
    test: { images: data.test.pixels, count: data.test.count, ...first, others },
    figures: { report, otherTasks, parameters, macs, seconds },
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
    ...(otherTasks.length === 0 ? {} : { taskName: config.data.tasks![0]!, otherTasks: otherTasks.map(taskSummary) }),
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

function taskSummary({ name, report }: { readonly name: string; readonly report: ClassificationReport }): TaskSummary {
  return {
    name,
    ...{ testAccuracy: report.accuracy, testInterval: report.interval, topFiveAccuracy: report.topFiveAccuracy },
    ...{ macroF1: report.macroF1, calibrationError: report.calibration.error, classAccuracy: report.classes },
    caveats: testCaveats(report.classes),
  };
}
