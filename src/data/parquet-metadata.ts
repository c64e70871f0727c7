/** @file What a Parquet file says of itself at its end: columns, groups of rows, and what its writer noted (Apache Parquet format 2.11). */
import { DamagedParquet } from "./damaged-parquet.ts";
import { ThriftReader, type ThriftRecord } from "./thrift-reader.ts";

const MAGIC = "PAR1";
const ENCRYPTED = "PARE";
const TAIL = 8;
/** Of the field that says how often a value is there. */
const OPTIONAL = 1;
const REPEATED = 2;
/** Parts of the path of a column. */
const DEEPEST = 16;

/** A column of values, such as `image.bytes`. */
export interface ParquetColumn {
  readonly path: readonly string[];
  /** As Parquet numbers them: 1 and 2 are whole numbers of 4 and 8 bytes, 6 is bytes or text. */
  readonly type: number;
  /** What a value has that is there, and not null. */
  readonly mostDefined: number;
  /** Whether a row may have several. */
  readonly isRepeated: boolean;
}

/** Where the values of a column lie for a group of rows. */
export interface ParquetChunk {
  readonly codec: number;
  readonly start: number;
  readonly length: number;
  readonly valueCount: number;
}

export interface ParquetMetadata {
  readonly columns: readonly ParquetColumn[];
  /** For each group of rows, chunks in the order of the columns. */
  readonly groups: readonly { readonly rowCount: number; readonly chunks: readonly ParquetChunk[] }[];
  readonly notes: ReadonlyMap<string, string>;
}

/** Throws `DamagedParquet`. */
export function parquetMetadata(file: Uint8Array): ParquetMetadata {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const magic = bytes.toString("latin1", Math.max(0, bytes.length - 4));
  if (magic === ENCRYPTED) throw new DamagedParquet("is encrypted");
  if (bytes.length < TAIL + 4 || magic !== MAGIC) throw new DamagedParquet("is no Parquet, or is cut short");
  const length = bytes.readUInt32LE(bytes.length - TAIL);
  const start = bytes.length - TAIL - length;
  if (start < 4) throw new DamagedParquet("is cut short: its records do not fit");
  const record = new ThriftReader(bytes.subarray(0, bytes.length - TAIL), start).record();
  const columns = columnsOf(record.records(2));
  const groups = record.records(4).map((group) => {
    const chunks = group.records(1).map((chunk) => chunkOf(chunk, start));
    if (chunks.length !== columns.length) {
      throw new DamagedParquet(`a group of rows has ${chunks.length} columns, expected ${columns.length}`);
    }
    return { rowCount: group.count(3), chunks };
  });
  const rowCount = groups.reduce((sum, group) => sum + group.rowCount, 0);
  if (rowCount !== record.count(3) || rowCount > bytes.length) {
    throw new DamagedParquet(
      `its ${bytes.length} bytes say that they hold ${record.count(3)} rows, and their groups ${rowCount}`,
    );
  }
  const notes = record.records(5).map((note) => [note.text(1) ?? "", note.text(2) ?? ""] as const);
  return { columns, groups, notes: new Map(notes) };
}

function columnsOf(elements: readonly ThriftRecord[]): readonly ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  let next = 1;
  const visit = (path: readonly string[], mostDefined: number, isRepeated: boolean): void => {
    const element = elements[next++];
    if (element === undefined || path.length > DEEPEST) throw new DamagedParquet("its list of columns is cut short");
    const repetition = element.count(3, 0);
    const own = [...path, element.text(4) ?? ""];
    const defined = mostDefined + (repetition === OPTIONAL || repetition === REPEATED ? 1 : 0);
    const repeated = isRepeated || repetition === REPEATED;
    const children = element.count(5, 0);
    if (children === 0)
      columns.push({ path: own, type: element.number(1, -1), mostDefined: defined, isRepeated: repeated });
    else for (let child = 0; child < children; child++) visit(own, defined, repeated);
  };
  const [root] = elements;
  if (root === undefined) throw new DamagedParquet("it has no columns");
  for (let child = 0, count = root.count(5, 0); child < count; child++) visit([], 0, false);
  return columns;
}

function chunkOf(chunk: ThriftRecord, end: number): ParquetChunk {
  const about = chunk.record(3);
  if (about === null) throw new DamagedParquet("a column has no record: it is encrypted or lies in another file");
  const [data, dictionary] = [about.count(9), about.count(11, 0)];
  const start = dictionary > 0 ? Math.min(data, dictionary) : data;
  const length = about.count(7);
  if (start + length > end) throw new DamagedParquet("a column lies outside of it");
  return { codec: about.count(4, 0), start, length, valueCount: about.count(5) };
}
