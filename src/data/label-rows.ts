/** @file Rows that tell the class of an image file each: from lists, metadata and annotations to labelled files. */
import { posix } from "node:path";
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { compareCodePoints, printableName } from "../files/index.ts";
import type { DataFolder } from "./data-folder.ts";
import { listError } from "./delimited-text.ts";
import type { LabelledFiles, LabelledFilesKind } from "./labelled-files.ts";
import { indexOfName, likeNames, textOrder } from "./like-names.ts";
import type { ImageFile } from "./list-classes.ts";
import type { OtherTask } from "./other-task.ts";
import type { SplitKind } from "./split-folders.ts";

export interface LabelRow {
  /** Where it stands, such as `line 3`. */
  readonly place: string;
  /** Of the image, in the folder. */
  readonly path: string;
  readonly label: string;
  /** In the other tasks. Missing where there is one. */
  readonly otherLabels?: readonly string[];
  /** Null where rows speak of no splits. */
  readonly split: SplitKind | null;
}

export interface LabelRows {
  readonly kind: LabelledFilesKind;
  readonly folder: DataFolder;
  /** Of the list, as messages call it and as decoded images are kept for it. */
  readonly name: string;
  readonly rows: readonly LabelRow[];
  /** What the labels of each row are called, the first and then the others. Default: no names, and one label a row. */
  readonly tasks?: readonly string[];
  readonly ignored: readonly string[];
  readonly remarks: readonly string[];
}

const LISTED = 5;

/**
 * Labelled files, whatever the order of the rows. Classes, in each task, are those of the training rows, by code point. Throws `E_LIST` for rows without a
 * label, files that are not there and files that are there twice, all with their places, and for no training row; `E_DATA_CLASSES_DIFFER` for classes that
 * training lacks.
 */
export function labelledFiles({ kind, folder, name, rows, tasks = [], ignored, remarks }: LabelRows): LabelledFiles {
  const placed = rows.map((row) => ({ ...row, path: posix.normalize(row.path) }));
  assertRows(folder, name, placed, tasks);
  const splitOf = (row: LabelRow): SplitKind => row.split ?? "train";
  const [trained, tested, validated] = (["train", "test", "validation"] as const).map((split) =>
    placed.filter((row) => splitOf(row) === split),
  ) as [LabelRow[], LabelRow[], LabelRow[]];
  if (trained.length === 0) {
    throw listError(name, `got ${countOf(rows.length, "row")}, none of training`, "give rows of training images");
  }
  const untrained = [...tested, ...validated];
  const { classNames, indexOf } = classesOf(name, trained, untrained, ({ label }) => label);
  const others = tasks.slice(1).map((task, index) => ({
    name: task,
    ...classesOf(name, trained, untrained, ({ otherLabels }) => otherLabels![index]!, `${task}: `),
  }));
  const filesOf = (part: readonly LabelRow[]): readonly ImageFile[] =>
    part
      .map(
        (row): ImageFile => ({
          ...{ path: row.path, label: indexOf(row) },
          ...(others.length === 0 ? {} : { otherLabels: others.map((task) => task.indexOf(row)) }),
        }),
      )
      .sort((a, b) => a.label - b.label || compareCodePoints(a.path, b.path));
  const hasBoth = tested.length > 0 && validated.length > 0;
  const test = tested.length > 0 ? tested : validated;
  const order = textOrder(classNames);
  const alike = [classNames, ...others.map((task) => task.classNames)]
    .flatMap(likeNames)
    .map((names) => names.map((alikeName) => `"${printableName(alikeName)}"`).join(", "));
  return {
    kind,
    folder,
    subject: name,
    classNames,
    ...(others.length === 0 ? {} : { otherTasks: others.map(taskOf) }),
    train: filesOf(trained),
    test: test.length === 0 ? null : filesOf(test),
    testName: test.length === 0 ? null : `${tested.length > 0 ? "test" : "validation"} of ${printableName(name)}`,
    validation: hasBoth ? filesOf(validated) : null,
    validationName: hasBoth ? `validation of ${printableName(name)}` : null,
    ignored,
    notes: alike.map(
      (names) => `classes whose names differ only in capitals, blanks or the encoding of accents: ${names}`,
    ),
    remarks: [
      ...remarks,
      ...(order === null
        ? []
        : [`classes are in the order of their names as text (${order.join(", ")} ...), not of their numbers`]),
    ],
  };
}

function taskOf({ name, classNames }: OtherTask): OtherTask {
  return { name, classNames };
}

/** The classes of one task, and which of them a row has; `prefix`: in front of what is wrong. */
function classesOf(
  name: string,
  trained: readonly LabelRow[],
  untrained: readonly LabelRow[],
  labelOf: (row: LabelRow) => string,
  prefix = "",
): { readonly classNames: readonly string[]; readonly indexOf: (row: LabelRow) => number } {
  const classNames = [...new Set(trained.map(labelOf))].sort(compareCodePoints);
  const told = untrained.map((row) => ({ label: labelOf(row), place: row.place }));
  assertTrained(name, classNames, told, prefix);
  const labels = new Map(classNames.map((className, label) => [className, label]));
  return {
    classNames,
    indexOf: (row) => labels.get(labelOf(row)) ?? indexOfName(classNames, labelOf(row)),
  };
}

function assertRows(folder: DataFolder, name: string, rows: readonly LabelRow[], tasks: readonly string[]): void {
  const problems: string[] = [];
  const seen = new Map<string, string>();
  for (const { path, label, otherLabels = [], place } of rows) {
    const before = seen.get(path);
    const empty = [label, ...otherLabels].indexOf("");
    if (empty >= 0) problems.push(`${place}: no ${tasks[empty] ?? "label"}`);
    else if (before !== undefined) problems.push(`${place}: ${printableName(path)} is there twice, first at ${before}`);
    else if (folder.sizeOf(path) === null) problems.push(`${place}: no such file ${printableName(path)}`);
    seen.set(path, before ?? place);
  }
  if (problems.length > 0) throw rowProblems(name, problems);
}

/** `E_LIST` with the first few of these problems. */
export function rowProblems(name: string, problems: readonly string[]): IstaNasError {
  const more = problems.length > LISTED ? `; and ${problems.length - LISTED} more` : "";
  return listError(
    name,
    `${problems.slice(0, LISTED).join("; ")}${more}`,
    "mend or remove these rows; paths are relative to the list, with / between their parts",
  );
}

function assertTrained(
  name: string,
  classNames: readonly string[],
  rows: readonly Pick<LabelRow, "label" | "place">[],
  prefix: string,
): void {
  const known = new Set(classNames.map((className) => className.normalize()));
  const unknown = new Map<string, string>();
  for (const { label, place } of rows)
    if (!known.has(label.normalize()) && !unknown.has(label)) unknown.set(label, place);
  if (unknown.size === 0) return;
  const listed = [...unknown].slice(0, LISTED).map(([label, place]) => `${printableName(label)} (${place})`);
  throw new IstaNasError(
    `data ${printableName(name)}: ${prefix}classes of training and test differ: no training row of ${listed.join(", ")}`,
    {
      code: "E_DATA_CLASSES_DIFFER",
      kind: "usage",
      hint: "a class needs training images, spelled alike: add them, or remove these rows",
    },
  );
}
