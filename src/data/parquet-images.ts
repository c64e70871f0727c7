/**
 * @file Images in rows of Parquet, as Hugging Face keeps data sets: a column of image files (bytes, or a record of `bytes` and `path`), and one of labels,
 * whose names are in a note of the file. The images are held in memory as they are packed.
 */
import {
  compareCodePoints,
  isPrintable,
  MOST_JSON_BYTES,
  parseJson,
  printableName,
  UnreadableFile,
} from "../files/index.ts";
import { DamagedParquet } from "./damaged-parquet.ts";
import type { DataFile, DataFolder, FileStamp } from "./data-folder.ts";
import { type ParquetFile, parquetError } from "./find-parquet-files.ts";
import type { LabelledFiles } from "./labelled-files.ts";
import type { ImageFile } from "./list-classes.ts";
import { isReadType, type ParquetValue, parquetValues } from "./parquet-column.ts";
import { type ParquetColumn, type ParquetMetadata, parquetMetadata } from "./parquet-metadata.ts";
import { readDataFile } from "./read-data-file.ts";
import type { SplitKind } from "./split-folders.ts";

const IMAGE_COLUMNS: readonly string[] = ["image", "img"];
const LABEL_COLUMNS: readonly string[] = ["label", "labels", "fine_label"];
const NOTE = "huggingface";
const NO_LABEL = -1;
const READ = "read are a column image of image files, and a column label of whole numbers or text";

interface Row {
  /** Such as `train-00000-of-00001.parquet row 17`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly label: number | string;
}

/**
 * The images of these files, `subject` being what was given. Throws `E_PARQUET` for what is damaged or not read in them, for rows without an image or a
 * label, and for labels without a name; `E_DATA_UNREADABLE`.
 */
export function readParquet(folder: DataFolder, subject: string | null, files: readonly ParquetFile[]): LabelledFiles {
  let named: readonly string[] | null = null;
  const rows: Record<SplitKind, Row[]> = { train: [], test: [], validation: [] };
  for (const { path, split } of files) {
    const read = readShard(folder, path);
    if (named !== null && read.classNames !== null && String(named) !== String(read.classNames)) {
      throw parquetError(path, "has other names of classes than files before it", "give files of one data set");
    }
    named ??= read.classNames;
    for (const row of read.rows) rows[split].push(row);
  }
  const where = subject ?? folder.path;
  const notes: string[] = [];
  const labelled = (split: SplitKind): readonly Row[] => {
    const without = rows[split].filter(({ label }) => label === NO_LABEL);
    if (without.length === 0) return rows[split];
    if (split === "train" || without.length < rows[split].length) {
      throw parquetError(where, `${printableName(without[0]!.path)} has no label (${NO_LABEL})`, READ);
    }
    notes.push(`images of ${split} have no labels and are not used`);
    return [];
  };
  const [train, test, validation] = [labelled("train"), labelled("test"), labelled("validation")];
  if (train.length === 0) throw parquetError(where, "got no training image", READ);
  const tested = test.length > 0 ? test : validation;
  const validated = test.length > 0 ? validation : [];
  const classes = classesOf(where, train, [...tested, ...validated], named);
  return {
    ...{ kind: "parquet", folder: new ParquetFolder(folder, [...train, ...tested, ...validated]), subject },
    classNames: classes.names,
    train: classes.filesOf(train),
    test: tested.length === 0 ? null : classes.filesOf(tested),
    testName: tested.length === 0 ? null : splitName(files, test.length > 0 ? "test" : "validation"),
    validation: validated.length === 0 ? null : classes.filesOf(validated),
    validationName: validated.length === 0 ? null : splitName(files, "validation"),
    ...{ ignored: [], notes, remarks: [] },
  };
}

function splitName(files: readonly ParquetFile[], split: SplitKind): string {
  const of = files.filter((file) => file.split === split).map(({ path }) => printableName(path));
  return of.length === 1 ? of[0]! : `${of[0]} and ${of.length - 1} more`;
}

function readShard(
  folder: DataFolder,
  name: string,
): { readonly rows: readonly Row[]; readonly classNames: readonly string[] | null } {
  const file = readDataFile(folder, name, []);
  try {
    const metadata = parquetMetadata(file);
    const features = featuresOf(metadata);
    const columns = metadata.columns.filter(isReadType);
    const image =
      columns.find(({ path }) => path.at(-1) === "bytes" && path.length === 2 && IMAGE_COLUMNS.includes(path[0]!)) ??
      columns.find(({ path }) => path.length === 1 && IMAGE_COLUMNS.includes(path[0]!));
    const label = labelColumn(columns, features);
    if (image === undefined || label === undefined) {
      const got = metadata.columns.map(({ path }) => printableName(path.join("."))).join(", ");
      throw parquetError(name, `no column of ${image === undefined ? "images" : "labels"}, got ${got || "none"}`, READ);
    }
    return { rows: rowsOf(file, name, metadata, image, label), classNames: features.get(label.path[0]!) ?? null };
  } catch (cause) {
    if (!(cause instanceof DamagedParquet)) throw cause;
    throw parquetError(
      name,
      cause.message,
      "download or copy it again; or write it again with the library datasets, which packs by Snappy",
    );
  }
}

function labelColumn(
  columns: readonly ParquetColumn[],
  features: ReadonlyMap<string, readonly string[]>,
): ParquetColumn | undefined {
  const plain = columns.filter(({ path }) => path.length === 1);
  const known = LABEL_COLUMNS.map((name) => plain.find(({ path }) => path[0] === name)).find(
    (column) => column !== undefined,
  );
  const named = plain.filter(({ path }) => features.has(path[0]!));
  return known ?? (named.length === 1 ? named[0] : undefined);
}

/** Names of the classes of each column that has some, by the note of Hugging Face. */
function featuresOf({ notes }: ParquetMetadata): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const note = notes.get(NOTE);
  if (note === undefined) return found;
  let value: unknown;
  try {
    value = parseJson(note, { most: MOST_JSON_BYTES });
  } catch {
    throw new DamagedParquet(`its note ${NOTE} is no JSON`);
  }
  const features = entry(entry(value, "info"), "features");
  if (typeof features !== "object" || features === null) return found;
  for (const [column, feature] of Object.entries(features)) {
    const names = entry(feature, "names");
    if (Array.isArray(names) && names.every((name) => typeof name === "string")) found.set(column, names);
  }
  return found;
}

function entry(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : null;
}

function rowsOf(
  file: Uint8Array,
  name: string,
  metadata: ParquetMetadata,
  image: ParquetColumn,
  label: ParquetColumn,
): readonly Row[] {
  const valuesOf = (column: ParquetColumn): readonly ParquetValue[] =>
    metadata.groups.flatMap(({ chunks, rowCount }) =>
      parquetValues(file, chunks[metadata.columns.indexOf(column)]!, column, rowCount),
    );
  const labels = valuesOf(label);
  return valuesOf(image).map((bytes, row) => {
    const value = labels[row]!;
    const path = `${name} row ${row}`;
    if (!(bytes instanceof Uint8Array)) throw new DamagedParquet(`row ${row} has no image in it`);
    const text = value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : value;
    if (text === null || text === "" || (typeof text === "string" && !isPrintable(text)))
      throw new DamagedParquet(`row ${row} has no label`);
    return { path, bytes, label: text };
  });
}

/** Numbers in the order of `named`, or in their own without names; text by code point. Images by class, and within one as the rows are. */
function classesOf(where: string, train: readonly Row[], others: readonly Row[], named: readonly string[] | null) {
  const own = [...new Set(train.map(({ label }) => label))];
  const isText = own.some((label) => typeof label === "string");
  if (isText && own.some((label) => typeof label === "number"))
    throw parquetError(where, "labels are numbers here and text there", READ);
  const isNamed = named !== null && !isText;
  const keys = isNamed
    ? named.map((_, index) => index)
    : own.sort((a, b) => (isText ? compareCodePoints(String(a), String(b)) : Number(a) - Number(b)));
  const classOf = new Map<number | string, number>(keys.map((key, index) => [key, index]));
  for (const { path, label } of [...train, ...others]) {
    if (classOf.has(label)) continue;
    const expected = isNamed ? `0 to ${named.length - 1}` : "a label that occurs in training";
    throw parquetError(
      where,
      `${printableName(path)}: label got ${printableName(String(label))}, expected ${expected}`,
      READ,
    );
  }
  const filesOf = (rows: readonly Row[]): readonly ImageFile[] =>
    rows.map(({ path, label }) => ({ path, label: classOf.get(label)! })).sort((a, b) => a.label - b.label);
  return { names: isNamed ? named : keys.map(String), filesOf };
}

/** The images by their rows. */
class ParquetFolder implements DataFolder {
  readonly #folder: DataFolder;
  readonly #rows: ReadonlyMap<string, Uint8Array>;

  constructor(folder: DataFolder, rows: readonly Row[]) {
    this.#folder = folder;
    this.#rows = new Map(rows.map(({ path, bytes }) => [path, bytes]));
  }

  get path(): string {
    return this.#folder.path;
  }

  inside(path: string): DataFolder {
    return this.#folder.inside(path);
  }

  list(path: string): ReturnType<DataFolder["list"]> {
    return this.#folder.list(path);
  }

  realPath(path: string): string {
    return this.#folder.realPath(path);
  }

  sizeOf(path: string): number | null {
    return this.#rows.get(path)?.length ?? null;
  }

  open(path: string): DataFile {
    const bytes = this.#rows.get(path);
    if (bytes === undefined) throw new UnreadableFile("is no row");
    return { size: bytes.length, read: () => bytes, readStart: (count) => bytes.subarray(0, count), close: () => {} };
  }

  /** Of the file that the row is in. */
  stampOf(path: string): FileStamp {
    const [, ...stamp] = this.#folder.stampOf(path.replace(/ row \d+$/, ""));
    return [path, ...stamp];
  }
}
