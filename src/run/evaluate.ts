/** @file How good a trained network is on labelled images, as a whole and by class. */
import { countOf } from "../count-of.ts";
import { imageLength } from "../data/index.ts";
import { IstaNasError } from "../error.ts";
import { type FlagTable, spelling } from "../options/index.ts";
import {
  type CalibrationBin,
  type ClassificationReport,
  type ClassScore,
  classificationReport,
} from "../statistics/index.ts";
import { AnswerSheet } from "../train/index.ts";
import { assertNotStopped } from "./interruption.ts";
import { finishedReport, type TaskReport } from "./kept-report.ts";
import {
  MEASURE_FLAGS,
  type MeasuredImages,
  type MeasuredPart,
  type MeasureOptions,
  openMeasuredImages,
} from "./measured-images.ts";
import { completeHost, note, type RunHost, type RunHostGiven } from "./run-host.ts";
import { RUN_FLAGS } from "./run-options.ts";
import type { PartNames } from "./run-parts.ts";
import { takeGiven } from "./take-given.ts";
import { openTrainedModel, type TrainedModel } from "./trained-model.ts";
import { assertDrawable, CONFUSION_FLAG, writeConfusion } from "./write-confusion.ts";

/** Images that one call computes. */
const BATCH = 100;
/** An evaluation of more classes has no matrix among its numbers: it would be more than anybody reads. */
const MOST_IN_NUMBERS = 1000;
const MOST_MISTAKES = 10;

const { seed, testFraction, maxBadImages } = RUN_FLAGS;
/** Which images of the data are measured. */
const MEASURED_BY = { ...MEASURE_FLAGS, seed, testFraction, maxBadImages };

/** What the command line takes as flags of its own. */
export interface EvaluateGiven {
  /** Where the confusion matrix goes as well: a name that ends in .csv, .png or .svg. */
  readonly confusion?: string;
}

export const EVALUATE_FLAGS: FlagTable<EvaluateGiven> = { confusion: CONFUSION_FLAG };

export interface EvaluateSpec extends MeasureOptions, EvaluateGiven, Pick<PartNames, "space"> {
  /** A run folder, or an .onnx file. */
  readonly model: string;
  /**
   * `demo`, or a folder of labelled images, of some of the network's classes or all. Default: the test images of the run, by the answers that it keeps:
   * nothing is computed.
   */
  readonly data?: string;
}

/** Images of one class that were taken for another. */
interface Mistake {
  readonly label: string;
  readonly prediction: string;
  readonly images: number;
}

/** How good a network is in another of its tasks, on the same images. */
interface TaskEvaluation
  extends Pick<
    Evaluation,
    "testAccuracy" | "images" | "correct" | "interval" | "topFiveAccuracy" | "macroF1" | "calibrationError" | "classes"
  > {
  readonly name: string;
}

export interface Evaluation extends Pick<EvaluateSpec, "model"> {
  /** Null where kept answers were measured. */
  readonly data: string | null;
  /** Which of the data: `own-test` are the test images of those that the network was trained on. */
  readonly part: MeasuredPart;
  /** Top-1, 0 to 1. */
  readonly testAccuracy: number;
  readonly images: number;
  readonly correct: number;
  /** Where the accuracy on all such images lies with 95 % confidence: Wilson's score interval. */
  readonly interval: readonly [low: number, high: number];
  /** Share of the images whose class is among the five likeliest; null for five classes or fewer, and for runs that did not keep it. */
  readonly topFiveAccuracy: number | null;
  /** Mean F1 of the classes that have one. */
  readonly macroF1: number;
  /** The expected one, 0 to 1, of Guo et al. (2017). */
  readonly calibrationError: number;
  /** The 15 bins that it comes from. */
  readonly calibrationBins: readonly CalibrationBin[];
  /** In the order of the outputs. */
  readonly classes: readonly ClassScore[];
  /** What the classes are called among several tasks; missing where one is measured, as `otherTasks` is. */
  readonly taskName?: string;
  readonly otherTasks?: readonly TaskEvaluation[];
  /** A row for each class that images are, a column for each that they were taken for; null for more than 1,000 classes. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** The pairs of different classes with the most images, ten at most, the largest first. */
  readonly mistakes: readonly Mistake[];
  /** Classes of the network of which there are no images. */
  readonly missing: readonly string[];
  /** Files that were left out. */
  readonly unreadable: MeasuredImages["data"]["report"]["unreadable"];
}

/**
 * Measures a trained network on the images that `openMeasuredImages` takes of the data, or a finished run by the answers that it keeps.
 * @throws E_USAGE_OPTION, E_FLAG_VALUE, E_EVALUATE_CONFUSION, what `openTrainedModel` and `openMeasuredImages` throw; without data E_EVALUATE_DATA, E_RUN_FILE
 * and what opening a run throws; `Interruption` when the host's signal asks to stop
 */
export async function evaluate(spec: EvaluateSpec, given: RunHostGiven = {}): Promise<Evaluation> {
  const flags = { ...MEASURED_BY, ...EVALUATE_FLAGS, space: RUN_FLAGS.space, data: null };
  takeGiven(spec, { where: "evaluate", needed: spec?.data === undefined ? ["model"] : ["model", "data"], flags });
  const host = completeHost(given);
  const { model, data, confusion } = spec;
  const measured = data === undefined ? takeKept(spec, host) : await measure({ ...spec, data }, host);
  const { report, part, unreadable, taskName, otherTasks } = measured;
  const { classes, matrix } = report;
  const classNames = classes.map(({ name }) => name);
  if (confusion !== undefined) await writeConfusion(confusion, matrix, classNames);
  return {
    ...{ model, data: data ?? null, part },
    ...{ testAccuracy: report.accuracy, images: report.images, correct: report.correct, interval: report.interval },
    ...{ topFiveAccuracy: report.topFiveAccuracy, macroF1: report.macroF1 },
    ...{ calibrationError: report.calibration.error, calibrationBins: report.calibration.bins },
    classes,
    ...(otherTasks.length === 0 ? {} : { taskName: taskName!, otherTasks: otherTasks.map(taskEvaluation) }),
    confusion: classNames.length > MOST_IN_NUMBERS ? null : classNames.map((_, label) => matrix.row(label)),
    mistakes: matrix.mistakes(MOST_MISTAKES).map(({ label, prediction, images }) => {
      return { label: classNames[label]!, prediction: classNames[prediction]!, images };
    }),
    missing: classes.filter((row) => row.images === 0).map(({ name }) => name),
    unreadable,
  };
}

function taskEvaluation({ name, report }: TaskReport): TaskEvaluation {
  return {
    ...{ name, testAccuracy: report.accuracy, images: report.images, correct: report.correct },
    ...{ interval: report.interval, topFiveAccuracy: report.topFiveAccuracy, macroF1: report.macroF1 },
    ...{ calibrationError: report.calibration.error, classes: report.classes },
  };
}

interface Measured extends Pick<Evaluation, "part" | "unreadable"> {
  readonly report: ClassificationReport;
  readonly taskName: string | undefined;
  /** Those that are measured too. */
  readonly otherTasks: readonly TaskReport[];
}

/** What a finished run answered to its test images. Throws `E_EVALUATE_DATA`, and what `finishedReport` throws. */
function takeKept(spec: EvaluateSpec, host: RunHost): Measured {
  const ofData = Object.keys(MEASURED_BY).find((name) => spec[name as keyof EvaluateSpec] !== undefined);
  if (ofData !== undefined) {
    throw new IstaNasError(`evaluate: --${spelling(ofData)}: got it without data, expected it with data`, {
      code: "E_EVALUATE_DATA",
      kind: "usage",
      hint: `name the data too: ista-nas evaluate ${spec.model} DATA`,
    });
  }
  const finished = finishedReport(spec.model);
  const { report } = finished;
  const images = countOf(report.images, "test image");
  note(host, `measured by what the run answered to its ${images} when it ended: nothing is computed again`);
  return { ...finished, part: "own-test", unreadable: [] };
}

async function measure(spec: EvaluateSpec & { readonly data: string }, host: RunHost): Promise<Measured> {
  const model = await openTrainedModel(spec.model, { ...spec, threads: host.threads, batch: BATCH });
  try {
    if (spec.confusion !== undefined) assertDrawable(model.classNames.length);
    const measured = await openMeasuredImages(spec.data, model, spec, host);
    const { data, part, description } = measured;
    const images = data.train.count + (data.test?.count ?? 0) + (data.validation?.count ?? 0);
    host.onEvent({ kind: "measured-data", report: data.report, images, description });
    const [first, ...others] = await answersOf(model, measured, host);
    return {
      report: classificationReport(first!, model.classNames),
      taskName: model.taskName,
      otherTasks: others.map((answers, task) => {
        const { name, classNames } = model.otherTasks![task]!;
        return { name, report: classificationReport(answers, classNames) };
      }),
      part,
      unreadable: data.report.unreadable,
    };
  } finally {
    await model.close();
  }
}

/** By class of the network, in each task that is measured, the first one first. */
async function answersOf(
  model: TrainedModel,
  { splits, count, modelClasses, otherModelClasses }: MeasuredImages,
  host: RunHost,
): Promise<readonly AnswerSheet[]> {
  const length = imageLength(model.shape);
  const classesOf = [modelClasses, ...otherModelClasses];
  const answers = classesOf.map(() => new AnswerSheet());
  let done = 0;
  for (const split of splits) {
    for (let start = 0; start < split.count; start += model.batch) {
      assertNotStopped(host);
      const labels = split.labels.subarray(start, start + model.batch);
      const pixels = split.pixels.subarray(start * length, (start + labels.length) * length);
      const probabilities = await model.allProbabilities(pixels, labels.length);
      for (const [task, sheet] of answers.entries()) {
        const ofTask = task === 0 ? split.labels : split.otherLabels![task - 1]!;
        const classCount = probabilities[task]!.length / labels.length;
        for (let image = 0; image < labels.length; image++) {
          sheet.add(probabilities[task]!, image, classCount, classesOf[task]![ofTask[start + image]!]!);
        }
      }
      done += labels.length;
      host.onEvent({ kind: "measuring", done, total: count });
    }
  }
  return answers;
}
