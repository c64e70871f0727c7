/** @file What was found out about a data set while it was loaded, as plain data that is kept with a run, and as text. */
import { countOf } from "../count-of.ts";
import { printableName } from "../files/index.ts";
import { percent } from "../percent.ts";
import type { DuplicateCounts, DuplicatePair } from "./duplicates.ts";
import { type Fit, MOST_CROPPED } from "./fit.ts";
import type { ImageShape, ImageSize } from "./image-split.ts";
import type { FileNote, SeenImages } from "./read-images.ts";

export interface ClassCounts {
  readonly name: string;
  readonly trainCount: number;
  readonly testCount: number;
  /** Only where images for validation were given. */
  readonly validationCount?: number;
}

/** Where the test split came from. */
export type TestSplitOrigin =
  | { readonly kind: "given"; readonly name: string }
  | { readonly kind: "made"; readonly fraction: number; readonly seed: number }
  | { readonly kind: "none" };

/** How images came to one size, and what a crop costs. */
interface FitReport {
  readonly kind: Fit;
  /** By the data, for nothing was asked for. */
  readonly isChosen: boolean;
  /** Share of an image's pixels that a crop throws away, or would: mean over all images, and largest. */
  readonly meanCropLoss: number;
  readonly worstCropLoss: number;
}

/** Plain data, ready for JSON. */
export interface DataReport {
  readonly name: string;
  readonly layout: string;
  /** Of the images as they are trained on. */
  readonly shape: ImageShape;
  /** Of the images as they were found. */
  readonly seen: SeenImages;
  readonly fit: FitReport;
  readonly isResized: boolean;
  readonly classes: readonly ClassCounts[];
  /** What they are called as a task. Missing where no tasks were asked for. */
  readonly taskName?: string;
  /** The classes of each other task. Missing where there is one. */
  readonly otherTasks?: readonly { readonly name: string; readonly classes: readonly ClassCounts[] }[];
  readonly testSplit: TestSplitOrigin;
  /** Where the images for validation came from; not there if none were given. */
  readonly validationSplit?: string;
  /** All images that were left out. */
  readonly unreadable: readonly FileNote[];
  readonly ignoredCount: number;
  /** The first few files that were not read because they are not images by name or lie in no class folder. */
  readonly ignoredExamples: readonly string[];
  /** How the files were read and what of them was passed over, a sentence each. */
  readonly remarks: readonly string[];
  readonly duplicates: DuplicateCounts;
  /** Sentences for a person, the gravest first. */
  readonly warnings: readonly string[];
}

const TINY_CLASS = 20;
const ONE_SIDED_RATIO = 10;
const CLASS_ROWS = 40;
const LISTED = 10;

/** What is odd about a report's numbers. `notes` are oddities that the reader of the files saw. */
export function findWarnings(report: Omit<DataReport, "warnings">, notes: readonly string[]): readonly string[] {
  const { classes, duplicates, testSplit, unreadable } = report;
  const { acrossSplits, labelConflicts, withinTrain } = duplicates;
  const warnings: string[] = [];
  if (acrossSplits > 0) {
    warnings.push(
      `${countOf(acrossSplits, "test image is", "test images are")} also in training${report.validationSplit === undefined ? "" : " or validation"}: test accuracy will be too high`,
    );
  }
  if (labelConflicts > 0) {
    warnings.push(
      `${countOf(labelConflicts, "image repeats", "images repeat")} one of another class: a label must be wrong`,
    );
  }
  if (withinTrain > 0) {
    warnings.push(`${countOf(withinTrain, "training image repeats", "training images repeat")} another training image`);
  }
  const ofCrop = cropWarning(report.fit);
  if (ofCrop !== null) warnings.push(ofCrop);
  const { inValidation = 0 } = duplicates;
  if (inValidation > 0) {
    warnings.push(
      `${countOf(inValidation, "validation image is", "validation images are")} also in training: a search chooses by images that it has trained on`,
    );
  }
  if (unreadable.length > 0)
    warnings.push(
      `${countOf(unreadable.length, "image that cannot be read is", "images that cannot be read are")} left out`,
    );
  const tiny = classes.filter((row) => row.trainCount < TINY_CLASS);
  if (tiny.length > 0) {
    const names = someOf(tiny.map((row) => `${row.name} (${row.trainCount})`));
    warnings.push(`fewer than ${TINY_CLASS} training images: ${names}`);
  }
  const largest = classes.reduce((most, row) => (row.trainCount > most.trainCount ? row : most));
  const smallest = classes.reduce((least, row) => (row.trainCount < least.trainCount ? row : least));
  if (largest.trainCount > ONE_SIDED_RATIO * smallest.trainCount) {
    const least = countOf(smallest.trainCount, "training image");
    const sizes = `${largest.name} has ${largest.trainCount}, ${smallest.name} ${least}`;
    warnings.push(`one-sided: ${sizes}; accuracy alone will mislead`);
  }
  const untested = testSplit.kind === "none" ? [] : classes.filter((row) => row.testCount === 0);
  if (untested.length === classes.length && untested.length > 0) {
    warnings.unshift(
      "no test image at all: search and train refuse these data, for there is nothing to report an accuracy on",
    );
  } else if (untested.length > 0) warnings.push(`no test image: ${someOf(untested.map((row) => row.name))}`);
  for (const task of report.otherTasks ?? []) {
    const absent = task.classes.filter((row) => row.trainCount === 0).map((row) => row.name);
    if (absent.length > 0) warnings.push(`${task.name}: no training image of ${someOf(absent)}`);
  }
  return [...warnings, ...notes];
}

/** The report as lines of plain text for a terminal. */
export function formatDataReport(report: DataReport): string {
  const { shape, seen, classes, testSplit, unreadable, duplicates } = report;
  const colours = shape.channels === 1 ? "grey" : "rgb";
  const lines = [
    `data ${printableName(report.name)}: ${report.layout}, ${countOf(classes.length, "class")}, ${sizeText(shape)} ${colours}`,
    ...formatClasses(classes, report.taskName),
    ...(report.otherTasks ?? []).flatMap((task) => formatClasses(task.classes, task.name)),
    `test split: ${formatOrigin(testSplit)}`,
    ...(report.validationSplit === undefined
      ? []
      : [
          `validation split: as given, ${report.validationSplit}: a search chooses by it; neither it nor the test split trains weights`,
        ]),
    `images: ${formatSeen(seen)}; ${report.isResized ? `${FITTED[report.fit.kind]} to ${sizeText(shape)}` : "kept at their size"}`,
    ...formatFit(report.fit),
    `duplicates: ${formatDuplicates(duplicates)}`,
    ...duplicates.examples.map((pair) => `  ${formatPair(pair)}`),
  ];
  lines.push(...report.remarks.map((remark) => `note: ${remark}`));
  if (report.ignoredCount > 0) lines.push(`ignored: ${someOf(report.ignoredExamples, report.ignoredCount)}`);
  if (unreadable.length > 0) {
    lines.push(`unreadable: ${unreadable.length}`);
    lines.push(...unreadable.slice(0, LISTED).map((file) => `  ${file.path}: ${file.reason}`));
    const more = unreadable.length - LISTED;
    if (more > 0) lines.push(`  and ${more} more, all listed in data.json of the run and by ista-nas check --json`);
  }
  lines.push(...report.warnings.map((warning) => `warning: ${warning}`));
  return lines.join("\n");
}

const FITTED: Readonly<Record<Fit, string>> = {
  crop: "scaled and cropped about the centre",
  pad: "scaled and padded",
  stretch: "stretched",
};

/** Nothing where all images have the proportions of what they become. */
function formatFit({ kind, isChosen, meanCropLoss, worstCropLoss }: FitReport): readonly string[] {
  if (worstCropLoss === 0) return [];
  const throwing = kind === "crop" ? "which throws away" : "where a crop would throw away";
  const how = isChosen ? `${kind} by these data` : `${kind} as asked for`;
  return [
    `fit: ${how}, ${throwing} ${percent(meanCropLoss)} of an image on average, ${percent(worstCropLoss)} at worst`,
  ];
}

/** Null for a crop that throws away little, and for what was asked for instead. */
function cropWarning({ kind, isChosen, meanCropLoss }: FitReport): string | null {
  if (meanCropLoss <= MOST_CROPPED || (kind !== "crop" && !isChosen)) return null;
  const share = `${percent(meanCropLoss)} of an image on average, more than a fifth`;
  if (kind === "crop") return `a crop throws away ${share}: --fit pad keeps all of it`;
  return `a crop would throw away ${share}: images are padded instead, unless --fit crop or --fit stretch is given`;
}

/** `title`: what the classes are. */
function formatClasses(classes: readonly ClassCounts[], title = "class"): string[] {
  const hasValidation = classes.some(({ validationCount }) => validationCount !== undefined);
  const countsOf = ({ trainCount, validationCount = 0, testCount }: ClassCounts): readonly number[] =>
    hasValidation ? [trainCount, validationCount, testCount] : [trainCount, testCount];
  const shown = classes.slice(0, CLASS_ROWS);
  const width = Math.max(5, title.length, ...shown.map((row) => row.name.length));
  const line = (name: string, cells: readonly (string | number)[]): string =>
    `  ${[name.padEnd(width), ...cells.map((cell) => String(cell).padStart(7))].join("  ")}`;
  const totals = classes.map(countsOf).reduce((sums, counts) => sums.map((sum, i) => sum + counts[i]!));
  const rows = [...shown.map((row) => line(row.name, countsOf(row))), line("all", totals)];
  if (classes.length > shown.length) rows.splice(-1, 0, `  and ${classes.length - shown.length} more`);
  return [line(title, hasValidation ? ["train", "val", "test"] : ["train", "test"]), ...rows];
}

function formatOrigin(origin: TestSplitOrigin): string {
  switch (origin.kind) {
    case "given":
      return `as given, ${origin.name}`;
    case "made":
      return `taken out of the images, ${Number((100 * origin.fraction).toFixed(2))} % of each class, seed ${origin.seed}`;
    case "none":
      return "none";
  }
}

function formatSeen(seen: SeenImages): string {
  const { smallest, largest, greyCount, colourCount, alphaCount } = seen;
  const [least, most] = [smallest, largest].map(sizeText);
  const sizes = `${least === most ? least : `${least} to ${most}`} (width x height)`;
  const alpha = alphaCount === 0 ? "" : `, ${alphaCount} with an alpha channel, laid on white`;
  return `${sizes}, ${greyCount} grey, ${colourCount} in colour${alpha}`;
}

/** As people write sizes: width first. */
function sizeText(size: ImageSize): string {
  return `${size.width}x${size.height}`;
}

function formatDuplicates(counts: DuplicateCounts): string {
  const { withinTrain, acrossSplits, labelConflicts, inValidation = 0 } = counts;
  if (withinTrain + acrossSplits + labelConflicts + inValidation === 0) return "none";
  const validating = inValidation === 0 ? "" : `, ${inValidation} of validation in training`;
  return `${withinTrain} within training, ${acrossSplits} across splits, ${labelConflicts} under different labels${validating}`;
}

function formatPair(pair: DuplicatePair): string {
  return `${pair.first} = ${pair.second}${pair.isConflict ? " (labels differ)" : ""}`;
}

/** The first few of `names`, and how many more there are of `count`. */
function someOf(names: readonly string[], count: number = names.length): string {
  const shown = names.slice(0, LISTED);
  return `${shown.join(", ")}${count > shown.length ? ` and ${count - shown.length} more` : ""}`;
}
