/** @file How good the network of a finished run is, by what it answered to its test images when it ended. */
import { existsSync, statSync } from "node:fs";
import { IstaNasError } from "../error.ts";
import { type ClassificationReport, classificationReport } from "../statistics/index.ts";
import {
  loadRunConfig,
  RunFolder,
  readTestPredictions,
  SUMMARY_FILE,
  shownPath,
  TEST_PREDICTIONS_FILE,
} from "../store/index.ts";

/** Null for a run that keeps no answers, as one of an older version. Throws `E_RUN_FILE` if they are damaged. */
export function keptReport(folder: RunFolder, classNames: readonly string[]): ClassificationReport | null {
  const answers = readTestPredictions(folder);
  if (answers === null) return null;
  const { labels, confidences } = answers;
  try {
    if (labels.length === 0) throw new RangeError("got no image, expected some");
    if (confidences.some((share) => share < 0 || share > 1)) throw new RangeError("got a probability beyond 0 and 1");
    return classificationReport(answers, classNames);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new IstaNasError(`run ${folder.name}: ${TEST_PREDICTIONS_FILE}: ${cause.message}`, {
      code: "E_RUN_FILE",
      hint: "bring the file back, or remove it and measure the run on its data: ista-nas evaluate RUN DATA",
      cause,
    });
  }
}

/** That of the run at `path`. Throws `E_EVALUATE_DATA` for what keeps no answers, and what opening a run and `keptReport` throw. */
export function finishedReport(path: string): ClassificationReport {
  if (existsSync(path) && statSync(path).isFile()) throw withoutAnswers(path, "a file");
  const folder = RunFolder.open(path);
  if (!folder.has(SUMMARY_FILE)) throw withoutAnswers(path, "a run that is not finished");
  const report = keptReport(folder, loadRunConfig(folder).classNames);
  if (report === null) throw withoutAnswers(path, `a run without ${TEST_PREDICTIONS_FILE}, as older ones are`);
  return report;
}

function withoutAnswers(path: string, got: string): IstaNasError {
  return new IstaNasError(`evaluate: model ${shownPath(path)} without data: got ${got}, expected a finished run`, {
    code: "E_EVALUATE_DATA",
    kind: "usage",
    hint: "name the data to measure it on: ista-nas evaluate MODEL DATA",
  });
}
