/** @file Labelled images from disk to memory: find, decode, check, split, report. Whatever is wrong is said before any training. */

import { BOUNDS } from "../bounds.ts";
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { isPrintable, printableName, sha256 } from "../files/index.ts";
import { RandomStreams } from "../random/index.ts";
import { DATA_FORMATS } from "./data-formats.ts";
import { type ClassCounts, type DataReport, findWarnings, type TestSplitOrigin } from "./data-report.ts";
import type { DataSet } from "./data-set.ts";
import { DEMO_PATH } from "./demo.ts";
import { withDemoTasks } from "./demo-tasks.ts";
import { countDuplicates, firstOccurrences } from "./duplicates.ts";
import { wasReadOtherwise } from "./earlier-reading.ts";
import { cropLoss, type Fit } from "./fit.ts";
import type { FolderRules } from "./folder-scan.ts";
import { type ImageSplit, imageLength } from "./image-split.ts";
import { findLayout } from "./layout.ts";
import { type OpenedSource, openSource } from "./open-source.ts";
import type { OtherTask } from "./other-task.ts";
import { fillPadding, sizeOf } from "./padding.ts";
import type { LoadProgress, ReadImages } from "./read-images.ts";
import { readLayout } from "./read-layout.ts";
import { splitTest, type TestParts } from "./split-test.ts";
import { tasksError } from "./task-names.ts";

export interface LoadDataSetOptions {
  /** Decides the test split where none was given, and nothing else. */
  readonly seed: number;
  /**
   * What the images are told apart by, the first of which has their classes: columns of a list, or `class` and `kind` of the embedded images. Default: their
   * labels alone.
   */
  readonly tasks?: readonly string[];
  /** Height and width of all images. Default their own if they are alike and at most 64 on a side, else 32. */
  readonly imageSize?: number;
  /** Default grey if every image is. */
  readonly colour?: "grey" | "rgb";
  /** How images of other proportions come to that size. Default `pad` where a crop would throw away more than a fifth of an image on average, else `crop`. */
  readonly fit?: Fit;
  /** What `pad` fills with, 0 to 255 a channel. Default the mean colour of the training images. */
  readonly padColour?: readonly number[];
  /** Share of images that may be unreadable before that is an error. Default 0.01. */
  readonly maxBadImageRate?: number;
  /** Where decoded images are kept, so that a folder is decoded once. Default nowhere. */
  readonly cacheFolder?: string;
  /** Share of each class that becomes the test split where none was given; 0 for none. Default 0.2. */
  readonly testFraction?: number;
  /**
   * Of the data as they were loaded before. What earlier versions left out, such as BMP, is left out again if that gives this fingerprint, and what
   * they did not take for a test split is not taken for one.
   */
  readonly fingerprint?: string;
  /**
   * `training` (the default) takes two classes and an image of each. `measuring` a trained network on them takes no more than one image, and no
   * warning about what would matter to training alone.
   */
  readonly purpose?: "training" | "measuring";
  readonly onProgress?: (progress: LoadProgress) => void;
}

export const DEFAULT_BAD_IMAGE_RATE = 0.01;
export const DEFAULT_TEST_FRACTION = 0.2;

const LARGEST_IMAGE_SIZE = 512;
const SMALLEST_IMAGE_SIZE = 4;
const IGNORED_EXAMPLES = 10;
const LISTED_TASKS = "give the list itself, such as photos/labels.csv, with a column for each task";

/**
 * Loads `demo`, or what lies at `path`: class folders, with or without train/, val/ and test/, a list of files and labels, IDX files, CIFAR binary batches,
 * and more (`DATA_FORMATS`), in a folder or an archive.
 * Images come out in one shape: cropped, padded or stretched.
 * @throws E_DATA_OPTION, E_DATA_TASKS, E_DATA_NOT_FOUND, E_DATA_NOT_A_FOLDER, E_DATA_UNREADABLE, E_DATA_UNKNOWN_LAYOUT, E_DATA_SEVERAL, E_DATA_NESTED,
 * E_DATA_EMPTY_CLASS, E_DATA_ONE_CLASS, E_DATA_CLASSES_DIFFER, E_DATA_CLASS_NAME, E_DATA_TOO_MANY_BAD, E_DATA_TOO_LARGE, E_IMAGE_DECODER, and for
 * damaged files E_IDX_MISSING, E_IDX_MAGIC, E_IDX_TRUNCATED, E_IDX_TRAILING, E_IDX_GZIP, E_IDX_SHAPE, E_IDX_COUNT, E_IDX_LABEL,
 * E_CIFAR_LENGTH, E_CIFAR_LABEL, E_ARCHIVE_DAMAGED, E_ARCHIVE_ENTRY, E_LIST, E_NPZ, E_PARQUET.
 */
export async function loadDataSet(path: string, options: LoadDataSetOptions): Promise<DataSet> {
  const { fingerprint: wanted } = options;
  const source = await openSource(path);
  const present = await attempted(loadByRules(source, options, "present"));
  if (wanted !== undefined && !isOf(present, wanted)) {
    for (const rules of ["former", "earlier"] as const) {
      if (!(await wasReadOtherwise(source, rules))) continue;
      const before = await attempted(loadByRules(source, options, rules));
      if (isOf(before, wanted)) return before;
    }
  }
  if (present instanceof IstaNasError) throw present;
  return present;
}

/** The data, or why they cannot be loaded. */
async function attempted(loading: Promise<DataSet>): Promise<DataSet | IstaNasError> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof IstaNasError) return error;
    throw error;
  }
}

function isOf(data: DataSet | IstaNasError, fingerprint: string): data is DataSet {
  return !(data instanceof IstaNasError) && data.source.fingerprint === fingerprint;
}

async function loadByRules(source: OpenedSource, options: LoadDataSetOptions, rules: FolderRules): Promise<DataSet> {
  const { path, name } = source;
  const { seed, imageSize, colour, fit, cacheFolder, purpose = "training", onProgress } = options;
  const { maxBadImageRate = DEFAULT_BAD_IMAGE_RATE, testFraction = DEFAULT_TEST_FRACTION } = options;
  assertOptions(imageSize, maxBadImageRate, testFraction);
  const { tasks = [] } = options;
  const isDemo = path === DEMO_PATH;
  if (tasks.length > 0 && !isDemo && source.file?.kind !== "list") {
    throw tasksError(
      path,
      `got ${tasks.join(", ")}, expected a list of files with such columns, or ${DEMO_PATH}`,
      LISTED_TASKS,
    );
  }
  const layout = await findLayout(source, rules, tasks);
  const read = await readLayout(layout, { imageSize, colour, fit, cacheFolder, maxBadImageRate, rules, onProgress });
  const images = isDemo && tasks.length > 0 ? withDemoTasks(read, tasks) : read;
  const { otherTasks } = images;
  assertClasses(path, images, purpose);
  for (const task of otherTasks ?? []) assertClasses(path, { ...images, ...task }, purpose, `${task.name}: `);
  const firsts = firstOccurrences(images.pixels, images.shape);
  const { parts, origin } = chooseSplits(images, firsts, testFraction, seed);
  if (images.fit === "pad") fillPadding(images, parts.train, options.padColour);
  const train = toSplit(images, parts.train);
  const test = origin.kind === "none" ? null : toSplit(images, parts.test);
  const kind = isDemo ? "demo" : images.kind;
  const { shape, seen, classNames } = images;
  const ignored = kind === "demo" ? [] : images.ignored;
  const validation = images.validationName === null ? null : toSplit(images, parts.validation);
  const splits = { train, test, validation };
  const facts: Omit<DataReport, "warnings"> = {
    name,
    layout: DATA_FORMATS[kind].title,
    shape,
    seen,
    fit: fitReport(images, fit === undefined),
    isResized: [seen.smallest, seen.largest].some((size) => size.height !== shape.height || size.width !== shape.width),
    ...(tasks.length === 0 ? {} : { taskName: tasks[0]! }),
    classes: classCounts(classNames, splits, ({ labels }) => labels),
    ...(otherTasks === undefined
      ? {}
      : {
          otherTasks: otherTasks.map((task, index) => ({
            name: task.name,
            classes: classCounts(task.classNames, splits, ({ otherLabels }) => otherLabels![index]!),
          })),
        }),
    testSplit: origin,
    ...(images.validationName === null ? {} : { validationSplit: images.validationName }),
    unreadable: images.unreadable,
    ignoredCount: ignored.length,
    ignoredExamples: ignored.slice(0, IGNORED_EXAMPLES).map(printableName),
    remarks: kind === "demo" ? [] : images.remarks,
    duplicates: countDuplicates({ firsts, labels: images.labels, ...parts, nameOf: images.nameOf }),
  };
  return {
    name,
    channels: shape.channels,
    imageSize: { height: shape.height, width: shape.width },
    classNames,
    ...(tasks.length === 0 ? {} : { taskName: tasks[0]! }),
    ...(otherTasks === undefined
      ? {}
      : { otherTasks: otherTasks.map((task): OtherTask => ({ name: task.name, classNames: task.classNames })) }),
    train,
    test,
    validation,
    source: {
      kind,
      path,
      fingerprint: fingerprint(classNames, otherTasks ?? [], splits),
      files: images.files,
      decoder: images.decoder,
    },
    report: { ...facts, warnings: purpose === "measuring" ? images.notes : findWarnings(facts, images.notes) },
  };
}

function fitReport({ fit, sizes, shape }: ReadImages, isChosen: boolean): DataReport["fit"] {
  let [sum, worst] = [0, 0];
  for (let image = 0; image < sizes.length / 2; image++) {
    const loss = cropLoss(sizeOf(sizes, image), shape);
    sum += loss;
    worst = Math.max(worst, loss);
  }
  return { kind: fit, isChosen, meanCropLoss: sum / Math.max(1, sizes.length / 2), worstCropLoss: worst };
}

function assertOptions(imageSize: number | undefined, maxBadImageRate: number, testFraction: number): void {
  const reject = (option: string, got: number, expected: string): never => {
    throw new IstaNasError(`data: ${option} got ${got}, expected ${expected}`, {
      code: "E_DATA_OPTION",
      kind: "usage",
    });
  };
  const isSize = (size: number): boolean =>
    Number.isInteger(size) && size >= SMALLEST_IMAGE_SIZE && size <= LARGEST_IMAGE_SIZE;
  if (imageSize !== undefined && !isSize(imageSize)) {
    reject("image size", imageSize, `a whole number from ${SMALLEST_IMAGE_SIZE} to ${LARGEST_IMAGE_SIZE}`);
  }
  if (!(maxBadImageRate >= 0 && maxBadImageRate <= 1))
    reject("share of bad images", maxBadImageRate, "a number from 0 to 1");
  if (!(testFraction >= 0 && testFraction < 1)) reject("test fraction", testFraction, "a number from 0 to below 1");
}

/** `prefix`: in front of what is wrong with the classes of another task than the first. */
function assertClasses(
  path: string,
  { classNames, labels, trainCount }: Pick<ReadImages, "classNames" | "labels" | "trainCount">,
  purpose: "training" | "measuring",
  prefix = "",
): void {
  const unprintable = classNames.find((name) => !isPrintable(name));
  if (unprintable !== undefined) {
    throw new IstaNasError(
      `data ${path}: ${prefix}class name got ${printableName(unprintable)}, expected printable text in UTF-8`,
      {
        code: "E_DATA_CLASS_NAME",
        kind: "usage",
        hint: "rename the class: names are kept with the model, one a line",
      },
    );
  }
  if (classNames.length > BOUNDS.classes) {
    throw new IstaNasError(
      `data ${path}: ${prefix}got ${countOf(classNames.length, "class")}, expected at most ${BOUNDS.classes}`,
      {
        code: "E_DATA_TOO_LARGE",
        kind: "usage",
        hint: "check that the labels are classes, not names of images",
      },
    );
  }
  if (purpose === "measuring") return;
  if (classNames.length < 2) {
    throw new IstaNasError(`data ${path}: ${prefix}got one class, ${classNames.join("")}, expected at least 2`, {
      code: "E_DATA_ONE_CLASS",
      kind: "usage",
      hint: `a classifier needs something to tell apart: ${prefix === "" ? "add a folder of images of anything else" : "leave this task out of --tasks, or add images of another class"}`,
    });
  }
  const present = new Set(labels.subarray(0, trainCount));
  const empty = classNames.filter((_, label) => !present.has(label));
  if (empty.length === 0) return;
  throw new IstaNasError(`data ${path}: ${prefix}no readable training image of ${empty.join(", ")}`, {
    code: "E_DATA_EMPTY_CLASS",
    kind: "usage",
    hint: "add images or remove the class",
  });
}

interface AllParts extends TestParts {
  readonly validation: Uint32Array;
}

function chooseSplits(
  images: ReadImages,
  firsts: Uint32Array,
  fraction: number,
  seed: number,
): { readonly parts: AllParts; readonly origin: TestSplitOrigin } {
  const { labels, classNames, trainCount, testName, validationCount } = images;
  const range = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  if (testName !== null || fraction === 0) {
    const testEnd = labels.length - validationCount;
    const [train, test, validation] = [range(0, trainCount), range(trainCount, testEnd), range(testEnd, labels.length)];
    const parts = { train, test, validation };
    return { parts, origin: testName === null ? { kind: "none" } : { kind: "given", name: testName } };
  }
  const parts = splitTest({ labels, classNames, firsts, fraction, streams: new RandomStreams(seed) });
  return { parts: { ...parts, validation: new Uint32Array(0) }, origin: { kind: "made", fraction, seed } };
}

/** The images at `indices`, ascending: a view where they lie side by side, else a copy. */
function toSplit(images: ReadImages, indices: Uint32Array): ImageSplit {
  const { shape, pixels, labels, otherTasks } = images;
  const length = imageLength(shape);
  const count = indices.length;
  const first = indices[0] ?? 0;
  const chosenOf = (all: Uint16Array) => Uint16Array.from(indices, (index) => all[index]!);
  const chosen = {
    labels: chosenOf(labels),
    ...(otherTasks === undefined ? {} : { otherLabels: otherTasks.map((task) => chosenOf(task.labels)) }),
  };
  const isRange = count === 0 || indices[count - 1]! - first === count - 1;
  if (isRange) return { shape, pixels: pixels.subarray(first * length, (first + count) * length), ...chosen, count };
  const copy = new Uint8Array(count * length);
  indices.forEach((index, i) => {
    copy.set(pixels.subarray(index * length, (index + 1) * length), i * length);
  });
  return { shape, pixels: copy, ...chosen, count };
}

interface Splits {
  readonly train: ImageSplit;
  readonly test: ImageSplit | null;
  readonly validation: ImageSplit | null;
}

/** Images of each class in each split; `labelsOf`: the labels of one task. */
function classCounts(
  classNames: readonly string[],
  { train, test, validation }: Splits,
  labelsOf: (split: ImageSplit) => Uint16Array,
): readonly ClassCounts[] {
  const countsOf = (split: ImageSplit): readonly number[] => {
    const counts = new Array<number>(classNames.length).fill(0);
    for (const label of labelsOf(split)) counts[label]!++;
    return counts;
  };
  const trainCounts = countsOf(train);
  const testCounts = test === null ? null : countsOf(test);
  const validationCounts = validation === null ? null : countsOf(validation);
  return classNames.map((name, label) => ({
    name,
    trainCount: trainCounts[label]!,
    testCount: testCounts?.[label] ?? 0,
    ...(validationCounts === null ? {} : { validationCount: validationCounts[label]! }),
  }));
}

/** Without images for validation or other tasks it is what it was before there could be any. */
function fingerprint(
  classNames: readonly string[],
  otherTasks: readonly OtherTask[],
  { train, test, validation }: Splits,
): string {
  const counts = [train.count, test?.count ?? null, ...(validation === null ? [] : [validation.count])];
  const others = otherTasks.map((task) => task.classNames);
  const header = JSON.stringify([classNames, train.shape, ...counts, ...others]);
  const splits = [train, test, validation].filter((split) => split !== null);
  const parts = splits.flatMap(({ pixels, labels, otherLabels = [] }) => [
    pixels,
    ...[labels, ...otherLabels].map(littleEndian),
  ]);
  return sha256(header, ...parts).toString("hex");
}

function littleEndian(labels: Uint16Array): Uint8Array {
  return Uint8Array.from({ length: 2 * labels.length }, (_, i) => (labels[i >> 1]! >> (8 * (i & 1))) & 255);
}
