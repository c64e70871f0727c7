/**
 * @file A list of files and labels, as CSV or TSV. The first line is a header if one of its fields is a name for the column of files; without one, columns are
 * file, label and, if there is a third, split, and the first file must be called like an image. Tasks are columns of the header by their names.
 */
import type { DataFolder } from "./data-folder.ts";
import { type DelimitedRecord, delimitedRecords, listError, listText } from "./delimited-text.ts";
import { IMAGE_EXTENSIONS, imageFormat } from "./image-formats.ts";
import { type LabelRow, labelledFiles, rowProblems } from "./label-rows.ts";
import type { LabelledFiles } from "./labelled-files.ts";
import { readDataFile } from "./read-data-file.ts";
import { splitOfName } from "./split-folders.ts";
import { plainName, tasksError } from "./task-names.ts";

/** Names of columns, in lower case, without blanks, `_` and `-`. */
const FILE_COLUMNS: readonly string[] = [
  ...["file", "filename", "filepath", "path", "image", "imagename", "imagefile", "imagepath", "img", "imgpath"],
];
const LABEL_COLUMNS: readonly string[] = ["label", "labels", "class", "classname", "category", "target"];
const SPLIT_COLUMNS: readonly string[] = ["split", "subset", "set", "partition"];
const EXAMPLE = "write a header: file,label, or file,label,split";

interface Columns {
  readonly file: number;
  readonly label: number;
  /** Of the other tasks. */
  readonly others: readonly number[];
  /** -1 if there is none. */
  readonly split: number;
  readonly count: number;
}

/**
 * The images that the list `name` in `folder` names, relative to it. `tasks`: the columns that they are told apart by, the first of which has their classes;
 * none for the column of labels. Throws `E_LIST` with the line for what is wrong in it, `E_DATA_TASKS`, `E_DATA_UNREADABLE`, and what `labelledFiles` throws.
 */
export function readLabelList(folder: DataFolder, name: string, tasks: readonly string[] = []): LabelledFiles {
  const text = listText(name, readDataFile(folder, name, []));
  const delimiter = delimiterOf(name, text);
  const rows: LabelRow[] = [];
  const problems: string[] = [];
  let columns: Columns | null = null;
  for (const record of delimitedRecords(name, text, delimiter)) {
    if (columns === null) {
      const header = columnsOf(name, record.fields, tasks);
      columns = header ?? columnsWithout(name, record, tasks);
      if (header !== null) continue;
    }
    const row = rowOf(record, columns);
    if (typeof row === "string") problems.push(row);
    else rows.push(row);
  }
  if (problems.length > 0) throw rowProblems(name, problems);
  if (rows.length === 0) throw listError(name, "got no row, expected a file and a label in each", EXAMPLE);
  return labelledFiles({ kind: "list", folder, name, rows, tasks, ignored: [], remarks: [] });
}

/** A tab in `.tsv`; else the one of comma, semicolon and tab that the first line has, in this order. */
function delimiterOf(name: string, text: string): string {
  if (/\.tsv$/i.test(name)) return "\t";
  const [first] = text.trimStart().split(/[\r\n]/, 1);
  return [",", ";", "\t"].find((delimiter) => first!.includes(delimiter)) ?? ",";
}

/** Null if the first record is no header. */
function columnsOf(name: string, fields: readonly string[], tasks: readonly string[]): Columns | null {
  const plain = fields.map(plainName);
  const indexOf = (names: readonly string[]): number => plain.findIndex((field) => names.includes(field));
  const file = indexOf(FILE_COLUMNS);
  if (file < 0) return null;
  const split = indexOf(SPLIT_COLUMNS);
  const free = fields.map((_, index) => index).filter((index) => index !== file && index !== split);
  const count = fields.length;
  if (tasks.length > 0) {
    const [label, ...others] = tasks.map((task) => {
      const found = free.find((index) => plain[index] === plainName(task));
      if (found !== undefined) return found;
      const columns = free.map((index) => fields[index]).join(", ") || "none";
      throw tasksError(name, `line 1: no column ${task}, got ${columns}`, "name columns of the header with --tasks");
    });
    return { file, label: label!, others, split, count };
  }
  const known = indexOf(LABEL_COLUMNS);
  const label = known < 0 && free.length === 1 ? free[0]! : known;
  if (label >= 0) return { file, label, others: [], split, count };
  throw listError(
    name,
    `line 1: no column for labels, got ${fields.join(", ")}`,
    "call it label, or name columns to tell images apart by with --tasks",
  );
}

function columnsWithout(name: string, { line, fields }: DelimitedRecord, tasks: readonly string[]): Columns {
  const [first = ""] = fields;
  if (tasks.length > 0) {
    const got = fields.slice(0, 4).join(", ") || "nothing";
    const header = ["file", ...tasks].join(",");
    throw tasksError(name, `line ${line}: got no header but ${got}, expected one`, `write a header: ${header}`);
  }
  if (fields.length >= 2 && fields.length <= 3 && imageFormat(first) !== null) {
    return { file: 0, label: 1, others: [], split: fields.length - 1 === 2 ? 2 : -1, count: fields.length };
  }
  throw listError(
    name,
    `line ${line}: neither a header nor a file and its label, got ${fields.slice(0, 4).join(", ") || "nothing"}`,
    `${EXAMPLE}; without one the first field is an image (${IMAGE_EXTENSIONS}) and the second its label`,
  );
}

/** The row, or what is wrong with it. */
function rowOf({ line, fields }: DelimitedRecord, columns: Columns): LabelRow | string {
  const place = `line ${line}`;
  if (fields.length !== columns.count) return `${place}: got ${fields.length} fields, expected ${columns.count}`;
  const [path, label] = [fields[columns.file]!, fields[columns.label]!];
  if (path === "") return `${place}: no file`;
  const told = {
    ...{ place, path, label },
    ...(columns.others.length === 0 ? {} : { otherLabels: columns.others.map((column) => fields[column]!) }),
  };
  if (columns.split < 0) return { ...told, split: null };
  const word = fields[columns.split]!;
  const split = splitOfName(word);
  return split === null
    ? `${place}: split got ${word || "nothing"}, expected train, validation or test`
    : { ...told, split };
}
