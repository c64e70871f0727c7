/** @file The images that a trained network is measured on: which of a data set, and which of the network's classes theirs are. */
import { countOf } from "../count-of.ts";
import { type DataSet, type ImageSplit, type LoadDataSetOptions, loadDataSet } from "../data/index.ts";
import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";
import { choiceFlag, type FlagTable } from "../options/index.ts";
import { cacheFolder, tellLoading } from "./open-data.ts";
import { note, type RunHost } from "./run-host.ts";
import type { RunOptionsGiven } from "./run-options.ts";
import type { ModelInterface } from "./trained-model.ts";

/** Which part of the data: `own-test` are the test images of the run's own data. */
export type MeasuredPart = "own-test" | "test" | "train" | "all";

/** What the command line takes as flags of its own. */
export interface MeasureGiven {
  /** Which images, if not those that suit the data best. */
  readonly split?: "test" | "train" | "all";
}

export const MEASURE_FLAGS: FlagTable<MeasureGiven> = {
  split: choiceFlag(
    "split",
    ["test", "train", "all"],
    "images to measure on (default: the test images if the network was trained on these data, else the test split if they come with one, else all)",
  ),
};

export type MeasureOptions = MeasureGiven & Pick<RunOptionsGiven, "testFraction" | "seed" | "maxBadImages">;

export interface MeasuredImages {
  readonly data: DataSet;
  readonly part: MeasuredPart;
  /** What is measured, in words. */
  readonly description: string;
  readonly splits: readonly ImageSplit[];
  /** Of all splits together. */
  readonly count: number;
  /** Index of the network's class for each class of the data, -1 for one without images that it does not know. */
  readonly modelClasses: readonly number[];
  /** The same in each other task of the network; none where the data do not tell them. */
  readonly otherModelClasses: readonly (readonly number[])[];
}

const LISTED = 10;

/**
 * Loads the data at `path` in the shape that `model` takes. What is measured: the test images if the network was trained on just these data;
 * else the test split if the data come with one; else all images. `options.split` decides otherwise.
 * @throws E_EVALUATE_CLASS for images of a class that the network does not know, E_EVALUATE_EMPTY for a part without images,
 * E_EVALUATE_SHAPE if the images cannot be had in the network's shape, and what `loadDataSet` throws
 */
export async function openMeasuredImages(
  path: string,
  model: ModelInterface,
  options: MeasureOptions,
  host: RunHost,
): Promise<MeasuredImages> {
  const { shape, fitting, trainedOn } = model;
  const testFraction = options.testFraction ?? trainedOn.testFraction;
  const data = await loadWithTasks(path, model, host, {
    purpose: "measuring",
    seed: options.seed ?? trainedOn.seed ?? 1,
    cacheFolder: cacheFolder(undefined),
    colour: shape.channels === 1 ? "grey" : "rgb",
    ...fitting,
    ...(shape.height === shape.width ? { imageSize: shape.height } : {}),
    ...(trainedOn.fingerprint === null ? {} : { fingerprint: trainedOn.fingerprint }),
    ...(testFraction === null ? {} : { testFraction }),
    ...(options.maxBadImages === undefined ? {} : { maxBadImageRate: options.maxBadImages }),
    onProgress: tellLoading(host),
  });
  assertShape(data, model);
  const isOwn = data.source.fingerprint === trainedOn.fingerprint;
  const part = chooseSplit(data, isOwn, options);
  const splits = splitsOf(data, part);
  const count = splits.reduce((sum, split) => sum + split.count, 0);
  const description = describe(data, part, isOwn, count);
  if (count === 0) {
    throw new IstaNasError(`evaluate: data ${printableName(path)}: got no images in ${description}, expected some`, {
      code: "E_EVALUATE_EMPTY",
      kind: "usage",
      hint: "choose other images with --split: test, train or all",
    });
  }
  const otherTasks = (data.otherTasks ?? []).map((task, index) => ({
    ...{ got: task.classNames, known: model.otherTasks![index]!.classNames, where: `${task.name}: ` },
    labels: splits.map((split) => split.otherLabels![index]!),
  }));
  const first = {
    ...{ got: data.classNames, known: model.classNames, where: "" },
    labels: splits.map(({ labels }) => labels),
  };
  const [modelClasses, ...otherModelClasses] = [first, ...otherTasks].map((task) => matchClasses(path, task));
  return { data, part, description, splits, count, modelClasses: modelClasses!, otherModelClasses };
}

/** With the tasks of the network, as far as the data have them: all, the first alone, or labels without a name. */
async function loadWithTasks(
  path: string,
  { taskName, otherTasks = [] }: ModelInterface,
  host: RunHost,
  options: Omit<LoadDataSetOptions, "tasks">,
): Promise<DataSet> {
  if (taskName === undefined) return loadDataSet(path, options);
  const all = [taskName, ...otherTasks.map(({ name }) => name)];
  for (const tasks of otherTasks.length === 0 ? [all] : [all, [taskName]]) {
    try {
      const data = await loadDataSet(path, { ...options, tasks });
      if (tasks.length < all.length) note(host, lacking(all.slice(1)));
      return data;
    } catch (error) {
      if (!(error instanceof IstaNasError) || error.code !== "E_DATA_TASKS") throw error;
    }
  }
  if (otherTasks.length > 0) note(host, lacking(all.slice(1)));
  return loadDataSet(path, options);
}

function lacking(tasks: readonly string[]): string {
  return `the data do not tell ${tasks.join(", ")}: only the first task of the network is measured`;
}

function chooseSplit({ report }: DataSet, isOwn: boolean, options: MeasureOptions): MeasuredPart {
  const asked = options.split ?? (options.testFraction === undefined ? undefined : "test");
  if (isOwn && (asked ?? "test") === "test") return "own-test";
  return asked ?? (report.testSplit.kind === "given" ? "test" : "all");
}

function splitsOf({ train, test, validation }: DataSet, part: MeasuredPart): readonly ImageSplit[] {
  const tested = test === null ? [] : [test];
  if (part === "all") return [train, ...(validation === null ? [] : [validation]), ...tested];
  return part === "train" ? [train] : tested;
}

function describe({ report: { testSplit } }: DataSet, part: MeasuredPart, isOwn: boolean, count: number): string {
  const images = countOf(count, "image");
  switch (part) {
    case "own-test":
      return `the test images of the data that the network was trained on: ${images}`;
    case "test":
      return testSplit.kind === "given"
        ? `the test split ${testSplit.name}: ${images}`
        : `a test split taken out as for training: ${images}`;
    case "train":
      return `the training images: ${images}${isOwn ? ", which the network was trained on" : ""}`;
    case "all":
      return `all images: ${images}${isOwn ? ", most of which the network was trained on" : ""}`;
  }
}

function assertShape({ imageSize }: DataSet, { shape }: ModelInterface): void {
  if (imageSize.height === shape.height && imageSize.width === shape.width) return;
  const [got, expected] = [imageSize, shape].map(({ height, width }) => `${width}x${height}`);
  throw new IstaNasError(
    `evaluate: images of the data: got ${got}, expected ${expected} (width x height) as the network takes`,
    {
      code: "E_EVALUATE_SHAPE",
      kind: "usage",
      hint: `scale the images to ${expected} first: only square ones are scaled here`,
    },
  );
}

/** The classes of one task in the data and in the network. */
interface MatchedTask {
  readonly got: readonly string[];
  readonly known: readonly string[];
  /** Of each split. */
  readonly labels: readonly Uint16Array[];
  /** In front of what is wrong. */
  readonly where: string;
}

/** Names count, not places in the list; accents may be encoded one way or the other. */
function matchClasses(
  path: string,
  { got: classNames, known: modelNames, labels: all, where }: MatchedTask,
): readonly number[] {
  const known = new Map(modelNames.map((name, index) => [name.normalize(), index]));
  const matched = classNames.map((name) => known.get(name.normalize()) ?? -1);
  const unknown = new Map<number, number>();
  for (const labels of all) {
    for (const label of labels) if (matched[label] === -1) unknown.set(label, (unknown.get(label) ?? 0) + 1);
  }
  if (unknown.size === 0) return matched;
  const got = [...unknown].map(([label, count]) => `${classNames[label]!} (${countOf(count, "image")})`);
  const others = unknown.size === 1 ? "a class" : "classes";
  throw new IstaNasError(
    `evaluate: data ${printableName(path)}: ${where}got ${others} that the network does not know: ${some(got)}, ` +
      `expected some of its ${countOf(modelNames.length, "class")}: ${some(modelNames)}`,
    {
      code: "E_EVALUATE_CLASS",
      kind: "usage",
      hint: "name the folders as the network's classes are called, and move the others elsewhere",
    },
  );
}

function some(names: readonly string[]): string {
  const more = names.length - LISTED;
  return `${names.slice(0, LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
