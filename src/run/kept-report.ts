/** @file How good the network of a finished run is, by what it answered to its test images when it ended. */
import { existsSync, statSync } from "node:fs";
import { IstaNasError } from "../error.ts";
import { type ClassificationReport, classificationReport, type ImageAnswers } from "../statistics/index.ts";
import {
  loadRunConfig,
  type RunConfig,
  RunFolder,
  readTestPredictions,
  SUMMARY_FILE,
  shownPath,
  TEST_PREDICTIONS_FILE,
} from "../store/index.ts";

/** What a run answered in one of its other tasks. */
export interface TaskReport {
  readonly name: string;
  readonly report: ClassificationReport;
}

/** Null for a run that keeps no answers, as one of an older version. Throws `E_RUN_FILE` if they are damaged. */
export function keptReport(folder: RunFolder, classNames: readonly string[]): ClassificationReport | null {
  const answers = readTestPredictions(folder);
  return answers === null ? null : reportOf(folder, answers, classNames);
}

/** In the other tasks of the run; none for a run of one, or without answers. Throws `E_RUN_FILE` if they are damaged. */
export function keptTaskReports(folder: RunFolder, { otherTasks = [] }: RunConfig): readonly TaskReport[] {
  const answers = readTestPredictions(folder)?.otherTasks ?? [];
  return otherTasks.flatMap(({ name, classNames }, task) => {
    const ofTask = answers[task];
    return ofTask === undefined ? [] : [{ name, report: reportOf(folder, ofTask, classNames) }];
  });
}

function reportOf(folder: RunFolder, answers: ImageAnswers, classNames: readonly string[]): ClassificationReport {
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

interface Finished {
  readonly report: ClassificationReport;
  /** What its classes are called as a task, if anything. */
  readonly taskName: string | undefined;
  readonly otherTasks: readonly TaskReport[];
}

/** Those of the run at `path`, in its first task and in the others. Throws `E_EVALUATE_DATA` for what keeps no answers, and what opening a run and `keptReport` throw. */
export function finishedReport(path: string): Finished {
  if (existsSync(path) && statSync(path).isFile()) throw withoutAnswers(path, "a file");
  const folder = RunFolder.open(path);
  if (!folder.has(SUMMARY_FILE)) throw withoutAnswers(path, "a run that is not finished");
  const config = loadRunConfig(folder);
  const report = keptReport(folder, config.classNames);
  if (report === null) throw withoutAnswers(path, `a run without ${TEST_PREDICTIONS_FILE}, as older ones are`);
  return { report, taskName: config.data.tasks?.[0], otherTasks: keptTaskReports(folder, config) };
}

function withoutAnswers(path: string, got: string): IstaNasError {
  return new IstaNasError(`evaluate: model ${shownPath(path)} without data: got ${got}, expected a finished run`, {
    code: "E_EVALUATE_DATA",
    kind: "usage",
    hint: "name the data to measure it on: ista-nas evaluate MODEL DATA",
  });
}
