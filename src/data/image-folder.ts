/**
 * @file Images with metadata beside them, as the `imagefolder` of Hugging Face: `metadata.csv` or `metadata.jsonl` with columns `file_name` and `label`, in
 * the folder itself or in a folder for each split. Without `label` the first text column whose values repeat is it.
 */
import { parseJson, printableName } from "../files/index.ts";
import { delimitedRecords, listError, listText } from "./delimited-text.ts";
import { type FolderScan, inside } from "./folder-scan.ts";
import { type LabelRow, labelledFiles, rowProblems } from "./label-rows.ts";
import type { LabelledFiles } from "./labelled-files.ts";
import { readDataFile } from "./read-data-file.ts";
import { findSplitFolders, type SplitKind, splitOfName } from "./split-folders.ts";

const FILES: readonly string[] = ["metadata.csv", "metadata.jsonl"];
const FILE_COLUMN = "file_name";
const LABEL_COLUMNS: readonly string[] = ["label", "labels"];
/** Folders around the images that are gone into. */
const WRAPPERS = 3;
const EXAMPLES = 3;

/** A file of metadata, in the folder that its paths are relative to. */
interface MetadataFile {
  readonly folder: string;
  readonly path: string;
  readonly split: SplitKind | null;
}

interface MetadataRow {
  readonly place: string;
  readonly file: MetadataFile;
  readonly fields: ReadonlyMap<string, unknown>;
}

/**
 * The images that metadata name, null where there are none with `file_name`, or where they name no class and images lie in folders. Throws `E_LIST` with
 * file and line for what is wrong in them, `E_DATA_UNREADABLE`, and what `labelledFiles` throws.
 */
export function findImageFolder(scan: FolderScan): LabelledFiles | null {
  const files = findMetadata(scan);
  const rows = files.flatMap((file) => readRows(scan, file)).filter(({ fields }) => fields.has(FILE_COLUMN));
  if (rows.length === 0) return null;
  const name = files.map(({ path }) => path).join(", ");
  const column = labelColumn(rows);
  if (column === null) {
    if (rows.every(({ fields }) => String(fields.get(FILE_COLUMN)).split("/").length > 1)) return null;
    const columns = [...rows[0]!.fields.keys()].join(", ");
    throw listError(
      name,
      `no column for labels, got ${columns}`,
      "add a column label, or sort the images into class folders",
    );
  }
  const labelled = rows.map((row) => labelRow(row, column));
  const problems = labelled.filter((row) => typeof row === "string");
  if (problems.length > 0) throw rowProblems(name, problems);
  const remark = `classes are those of the column ${printableName(column)} of ${printableName(name)}`;
  const found = labelledFiles({
    ...{ kind: "image-folder", folder: scan.folder, name },
    ...{ rows: labelled as LabelRow[], ignored: [], remarks: [remark, ...scan.passedOver()] },
  });
  return { ...found, notes: [...found.notes, ...unlisted(scan, files, labelled as LabelRow[])] };
}

function findMetadata(scan: FolderScan): readonly MetadataFile[] {
  let base = "";
  for (let depth = 0; depth <= WRAPPERS; depth++) {
    const { folders, others, images } = scan.list(base);
    const own = others.filter((name) => FILES.includes(name));
    if (own.length > 0) return [{ folder: base, path: inside(base, own[0]!), split: null }];
    const splits = findSplitFolders(folders, "present");
    const names = [splits?.train, splits?.test, splits?.validation].filter((name) => name != null);
    const inSplits = names.flatMap((name): readonly MetadataFile[] => {
      const folder = inside(base, name);
      const file = scan.list(folder).others.find((other) => FILES.includes(other));
      return file === undefined ? [] : [{ folder, path: inside(folder, file), split: splitOfName(name) }];
    });
    if (inSplits.length > 0) return inSplits;
    const filled = folders.filter((name) => scan.firstWithImages(inside(base, name)) !== null);
    if (filled.length !== 1 || images.length > 0) return [];
    base = inside(base, filled[0]!);
  }
  return [];
}

function readRows(scan: FolderScan, file: MetadataFile): readonly MetadataRow[] {
  const text = listText(file.path, readDataFile(scan.folder, file.path, []));
  return file.path.endsWith(".jsonl") ? jsonRows(file, text) : delimitedRows(file, text);
}

function delimitedRows(file: MetadataFile, text: string): readonly MetadataRow[] {
  let header: readonly string[] | null = null;
  const rows: MetadataRow[] = [];
  const problems: string[] = [];
  for (const { line, fields } of delimitedRecords(file.path, text, ",")) {
    if (header === null) {
      header = fields;
      if (!fields.includes(FILE_COLUMN)) return [];
      continue;
    }
    const place = placeOf(file, line);
    if (fields.length === header.length) {
      rows.push({ place, file, fields: new Map(header.map((key, index) => [key, fields[index]])) });
    } else problems.push(`${place}: got ${fields.length} fields, expected ${header.length}`);
  }
  if (problems.length > 0) throw rowProblems(file.path, problems);
  return rows;
}

function jsonRows(file: MetadataFile, text: string): readonly MetadataRow[] {
  const rows: MetadataRow[] = [];
  const problems: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const place = placeOf(file, index + 1);
    const value = parsed(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      rows.push({ place, file, fields: new Map(Object.entries(value)) });
    } else problems.push(`${place}: expected a JSON object`);
  }
  if (problems.length > 0) throw rowProblems(file.path, problems);
  return rows;
}

/** Undefined where the line is no JSON. */
function parsed(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}

function placeOf({ path }: MetadataFile, line: number): string {
  return `${printableName(path)} line ${line}`;
}

/** `label`, or the first text column whose values repeat; null without any. */
function labelColumn(rows: readonly MetadataRow[]): string | null {
  const columns = [...new Set(rows.flatMap(({ fields }) => [...fields.keys()]))];
  const named = columns.find((column) => LABEL_COLUMNS.includes(column));
  if (named !== undefined) return named;
  const repeats = (column: string): boolean => {
    const values = rows.map(({ fields }) => fields.get(column));
    return values.every((value) => typeof value === "string") && 2 * new Set(values).size <= values.length;
  };
  return columns.find((column) => column !== FILE_COLUMN && splitColumn([column]) === null && repeats(column)) ?? null;
}

function splitColumn(columns: readonly string[]): string | null {
  return columns.find((column) => column === "split") ?? null;
}

/** The row, or what is wrong with it. */
function labelRow({ place, file, fields }: MetadataRow, column: string): LabelRow | string {
  const name = fields.get(FILE_COLUMN);
  const label = fields.get(column);
  if (typeof name !== "string" || name === "") return `${place}: no ${FILE_COLUMN}`;
  if (label === undefined || label === null || label === "") return `${place}: no label`;
  if (typeof label !== "string" && !Number.isSafeInteger(label))
    return `${place}: label got ${JSON.stringify(label).slice(0, 40)}, expected text or a whole number`;
  const key = splitColumn([...fields.keys()]);
  const word = key === null ? null : String(fields.get(key));
  const ofColumn = word === null ? null : splitOfName(word);
  if (word !== null && ofColumn === null)
    return `${place}: split got ${word || "nothing"}, expected train, validation or test`;
  const [first, ...rest] = name.split("/");
  const ofFolder = rest.length === 0 ? null : splitOfName(first!);
  return { place, path: inside(file.folder, name), label: String(label), split: file.split ?? ofColumn ?? ofFolder };
}

/** A warning where images lie beside metadata that do not name them. */
function unlisted(scan: FolderScan, files: readonly MetadataFile[], rows: readonly LabelRow[]): readonly string[] {
  const known = new Set(rows.map(({ path }) => path));
  const others = files.flatMap(({ folder }) => {
    const { images } = scan.list(folder);
    return images.map((image) => inside(folder, image)).filter((path) => !known.has(path));
  });
  if (others.length === 0) return [];
  const named = others.slice(0, EXAMPLES).map(printableName).join(", ");
  return [`${others.length} of the images are not in the metadata and not used, such as ${named}`];
}
