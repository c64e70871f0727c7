/**
 * @file The values of a column of Parquet: pages of version 1 and 2, plain or by a dictionary, of whole numbers, bytes and text. What other encodings there
 * are is refused.
 */
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { decompress } from "fzstd";
import { DamagedParquet } from "./damaged-parquet.ts";
import type { ParquetChunk, ParquetColumn } from "./parquet-metadata.ts";
import { unsnapped } from "./snappy.ts";
import { ThriftReader, type ThriftRecord } from "./thrift-reader.ts";

/** Null where there is none. Bytes are a view of the file, or of a page that was unpacked. */
export type ParquetValue = number | Uint8Array | null;
type Present = Exclude<ParquetValue, null>;

const INT32 = 1;
const INT64 = 2;
const BYTES = 6;
const PAGE = { data: 0, dictionary: 2, data2: 3 };
const PLAIN = 0;
const BY_DICTIONARY: readonly number[] = [2, 8];
const RUN_LENGTHS = 3;
const ENCODINGS: Readonly<Record<number, string>> = {
  ...{
    4: "BIT_PACKED",
    5: "DELTA_BINARY_PACKED",
    6: "DELTA_LENGTH_BYTE_ARRAY",
    7: "DELTA_BYTE_ARRAY",
    9: "BYTE_STREAM_SPLIT",
  },
};
const CODECS: Readonly<Record<number, string>> = { 3: "LZO", 5: "LZ4", 7: "LZ4_RAW" };
/** What a page may unpack to: this many times its size, and this much besides. Pages of images do not shrink, those of labels are small. */
const LARGEST_RATIO = 64;
const BYTES_ANYWAY = 4 * 2 ** 20;

/** Whether values of a column of this type are read. */
export function isReadType({ type, isRepeated }: ParquetColumn): boolean {
  return !isRepeated && [INT32, INT64, BYTES].includes(type);
}

/** One value for each of `rowCount` rows, of a column that may be read. Throws `DamagedParquet`. */
export function parquetValues(
  file: Uint8Array,
  chunk: ParquetChunk,
  column: ParquetColumn,
  rowCount: number,
): readonly ParquetValue[] {
  if (chunk.valueCount !== rowCount)
    throw new DamagedParquet(`a column has ${chunk.valueCount} values, expected ${rowCount}`);
  const bytes = file.subarray(chunk.start, chunk.start + chunk.length);
  const values: ParquetValue[] = [];
  let dictionary: readonly Present[] | null = null;
  for (let at = 0; values.length < rowCount; ) {
    const reader = new ThriftReader(bytes, at);
    const header = reader.record();
    const [type, size, packedSize] = [header.count(1), header.count(2), header.count(3)];
    const packed = bytes.subarray(reader.position, reader.position + packedSize);
    if (packed.length < packedSize) throw new DamagedParquet("a page is cut short");
    at = reader.position + packedSize;
    if (size > BYTES_ANYWAY + LARGEST_RATIO * packedSize) {
      throw new DamagedParquet(
        `a page of ${packedSize} bytes unpacks to ${size}, expected at most ${LARGEST_RATIO} times as much and 4 MiB`,
      );
    }
    if (type === PAGE.dictionary) {
      const about = header.record(7);
      if (about === null || dictionary !== null) throw new DamagedParquet("a dictionary is damaged");
      dictionary = plainValues(unpacked(packed, size, chunk.codec), column.type, about.count(1));
    } else if (type === PAGE.data || type === PAGE.data2) {
      const page = { header, packed, size, codec: chunk.codec, column, dictionary, most: rowCount - values.length };
      for (const value of type === PAGE.data ? firstVersion(page) : secondVersion(page)) values.push(value);
    }
  }
  return values;
}

interface Page {
  readonly header: ThriftRecord;
  readonly packed: Uint8Array;
  readonly size: number;
  readonly codec: number;
  readonly column: ParquetColumn;
  readonly dictionary: readonly Present[] | null;
  /** Values that there may be. */
  readonly most: number;
}

function firstVersion({ header, packed, size, codec, column, dictionary, most }: Page): readonly ParquetValue[] {
  const about = header.record(5);
  const count = about?.count(1) ?? Infinity;
  if (about === null || count > most) throw new DamagedParquet("a page has more values than its column");
  const bytes = unpacked(packed, size, codec);
  const levelBytes = column.mostDefined === 0 ? 0 : 4 + numberAt(bytes, 0);
  if (levelBytes > 0 && about.count(3) !== RUN_LENGTHS) throw unread(about.count(3));
  const levels = levelBytes === 0 ? null : runs(bytes.subarray(4, levelBytes), bitsOf(column.mostDefined), count);
  return withNulls(levels, column, count, (present) =>
    decoded(bytes.subarray(levelBytes), about.count(2), column, dictionary, present),
  );
}

function secondVersion({ header, packed, size, codec, column, dictionary, most }: Page): readonly ParquetValue[] {
  const about = header.record(8);
  const count = about?.count(1) ?? Infinity;
  if (about === null || count > most) throw new DamagedParquet("a page has more values than its column");
  const [levelBytes, repeatedBytes] = [about.count(5), about.count(6)];
  const start = levelBytes + repeatedBytes;
  if (start > Math.min(packed.length, size)) throw new DamagedParquet("a page is cut short");
  const levels =
    column.mostDefined === 0 ? null : runs(packed.subarray(repeatedBytes, start), bitsOf(column.mostDefined), count);
  const rest = packed.subarray(start);
  const bytes = about.flag(7, true) ? unpacked(rest, size - start, codec) : rest;
  return withNulls(levels, column, count, (present) => decoded(bytes, about.count(4), column, dictionary, present));
}

/** `levels`: of each value how much of its path is there; null where all of every value is. */
function withNulls(
  levels: Uint32Array | null,
  { mostDefined }: ParquetColumn,
  count: number,
  decode: (present: number) => readonly Present[],
): readonly ParquetValue[] {
  if (levels === null) return decode(count);
  const values = decode(levels.reduce((sum, level) => sum + Number(level === mostDefined), 0));
  let next = 0;
  return Array.from(levels, (level) => (level === mostDefined ? values[next++]! : null));
}

function decoded(
  bytes: Uint8Array,
  encoding: number,
  { type }: ParquetColumn,
  dictionary: readonly Present[] | null,
  count: number,
): readonly Present[] {
  if (encoding === PLAIN) return plainValues(bytes, type, count);
  if (!BY_DICTIONARY.includes(encoding)) throw unread(encoding);
  if (count === 0) return [];
  const [bits = 33] = bytes;
  if (dictionary === null || bits > 32) throw new DamagedParquet("a page lacks its dictionary");
  return Array.from(runs(bytes.subarray(1), bits, count), (index) => {
    const value = dictionary[index];
    if (value === undefined) throw new DamagedParquet("a value is not in its dictionary");
    return value;
  });
}

function plainValues(bytes: Uint8Array, type: number, count: number): readonly Present[] {
  const width = type === INT64 ? 8 : 4;
  if (count * width > bytes.length) throw new DamagedParquet("a page is cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (type === INT32) return Array.from({ length: count }, (_, i) => view.getInt32(4 * i, true));
  if (type === INT64) return Array.from({ length: count }, (_, i) => Number(view.getBigInt64(8 * i, true)));
  let at = 0;
  return Array.from({ length: count }, () => {
    const start = at + 4;
    at = start + numberAt(bytes, at);
    if (at > bytes.length) throw new DamagedParquet("a page is cut short");
    return bytes.subarray(start, at);
  });
}

function numberAt(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new DamagedParquet("a page is cut short");
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at, true);
}

/** Bits that a level of at most `most` takes. */
function bitsOf(most: number): number {
  return 32 - Math.clz32(most);
}

/** `count` numbers of `bits` bits, in runs of equal ones or packed by eight. */
function runs(bytes: Uint8Array, bits: number, count: number): Uint32Array {
  const cut = (): DamagedParquet => new DamagedParquet("a page is cut short");
  const values = new Uint32Array(count);
  const width = Math.ceil(bits / 8);
  let at = 0;
  for (let done = 0; done < count; ) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 28) throw cut();
      header += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    const isPacked = header % 2 === 1;
    const length = Math.min(count - done, Math.floor(header / 2) * (isPacked ? 8 : 1));
    const taken = isPacked ? Math.floor(header / 2) * bits : width;
    if (length === 0 || at + (isPacked ? Math.ceil((length * bits) / 8) : width) > bytes.length) throw cut();
    for (let i = 0; i < length; i++)
      values[done + i] = isPacked ? bitsAt(bytes, at, i * bits, bits) : bitsAt(bytes, at, 0, 8 * width);
    at += taken;
    done += length;
  }
  return values;
}

function bitsAt(bytes: Uint8Array, at: number, from: number, bits: number): number {
  let value = 0;
  for (let done = 0; done < bits; ) {
    const place = from + done;
    const taken = Math.min(8 - (place & 7), bits - done);
    value += ((bytes[at + (place >> 3)]! >> (place & 7)) & ((1 << taken) - 1)) * 2 ** done;
    done += taken;
  }
  return value;
}

function unpacked(packed: Uint8Array, size: number, codec: number): Uint8Array {
  const bytes = unpackedBy(codec, packed, size);
  if (bytes.length === size) return bytes;
  throw new DamagedParquet(`a page unpacks to ${bytes.length} bytes, expected ${size}`);
}

function unpackedBy(codec: number, packed: Uint8Array, size: number): Uint8Array {
  const options = { maxOutputLength: size + 1 };
  try {
    switch (codec) {
      case 0:
        return packed;
      case 1:
        return unsnapped(packed, size);
      case 2:
        return gunzipSync(packed, options);
      case 4:
        return brotliDecompressSync(packed, options);
      case 6:
        return decompress(packed, new Uint8Array(size));
    }
  } catch (cause) {
    // The decoders have errors of their own kinds, all of which mean this.
    throw cause instanceof DamagedParquet
      ? cause
      : new DamagedParquet(`a page does not unpack: ${(cause as Error).message}`);
  }
  throw new DamagedParquet(
    `is packed by ${CODECS[codec] ?? `method ${codec}`}, expected none, Snappy, gzip, Brotli or Zstandard`,
  );
}

function unread(encoding: number): DamagedParquet {
  return new DamagedParquet(`has the encoding ${ENCODINGS[encoding] ?? encoding}, expected plain or by a dictionary`);
}
