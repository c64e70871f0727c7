/**
 * @file The safetensors file format: an unsigned 64-bit header length, a JSON header padded with blanks to a multiple of
 * 8 bytes, then all tensors end to end, everything little-endian. Written files depend only on the names and values: tensors
 * come widest element first and then by name, so that each starts at a multiple of its element size.
 */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { MOST_JSON_BYTES, parseJson } from "../files/index.ts";

/** Values of one tensor in row-major order. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array;
}

export interface SafetensorsFile {
  /** Tensors by name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const ARRAYS = { F32: Float32Array, F64: Float64Array, I32: Int32Array } as const;
type ElementType = keyof typeof ARRAYS;

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
const METADATA_KEY = "__metadata__";
/** Bytes: a network of 100,000 tensors has a header of 12 MB. */
const LONGEST_HEADER = MOST_JSON_BYTES;
const NOT_SAFETENSORS = "the file does not look like safetensors";

interface Entry {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * The bytes of a safetensors file. `metadata` is free text by key.
 * Throws `E_SAFETENSORS_SHAPE` where a shape does not fit its data and `E_SAFETENSORS_NAME` for a tensor named `__metadata__`.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor> | Readonly<Record<string, StoredTensor>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const named =
    tensors instanceof Map ? [...tensors] : Object.entries(tensors as Readonly<Record<string, StoredTensor>>);
  const sorted = named.sort(
    ([a, x], [b, y]) => y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || (a < b ? -1 : 1),
  );
  const header: [string, unknown][] = [];
  if (metadata !== undefined) {
    header.push([METADATA_KEY, Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)))]);
  }
  let offset = 0;
  for (const [name, { shape, data }] of sorted) {
    if (name === METADATA_KEY) throw formatError("NAME", `got a tensor named ${METADATA_KEY}, expected any other name`);
    if (elementCount(name, shape) !== data.length) {
      throw formatError(
        "SHAPE",
        `${name}: got ${countOf(data.length, "value")}, expected as many as shape [${shape.join(", ")}] has`,
      );
    }
    const end = offset + data.byteLength;
    header.push([name, { dtype: elementType(data), shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const text = new TextEncoder().encode(
    `{${header.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`,
  );
  const headerLength = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  bytes.set(text, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerLength;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file of float32, float64 and int32 tensors; the data are copies. Throws `E_SAFETENSORS_TRUNCATED` (bytes missing),
 * `E_SAFETENSORS_HEADER` (not a header), `E_SAFETENSORS_TYPE` (another element type), `E_SAFETENSORS_SHAPE` (a shape that does not
 * fit its bytes) and `E_SAFETENSORS_OFFSETS` (tensors that overlap, leave gaps or do not end with the file).
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (bytes.length < LENGTH_BYTES) {
    throw formatError("TRUNCATED", `got ${countOf(bytes.length, "byte")}, expected at least ${LENGTH_BYTES}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > LONGEST_HEADER) {
    throw formatError(
      "HEADER",
      `got a header of ${headerLength} bytes, expected at most ${LONGEST_HEADER}`,
      NOT_SAFETENSORS,
    );
  }
  const dataStart = LENGTH_BYTES + Number(headerLength);
  if (dataStart > bytes.length) {
    throw formatError(
      "TRUNCATED",
      `got ${countOf(bytes.length, "byte")}, expected at least the ${dataStart} of the header`,
    );
  }
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));
  const metadata = readMetadata(header[METADATA_KEY]);
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA_KEY)
    .map(([name, value]) => readEntry(name, value));
  assertContiguous(entries, bytes.length - dataStart);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, type, shape, begin, end } of entries) {
    const { buffer } = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
    tensors.set(name, { shape, data: new ARRAYS[type](buffer) });
  }
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const header = parseJson(bytes, {
    wrong: (fault) => formatError("HEADER", `got a header that is ${fault.message}`, NOT_SAFETENSORS, fault),
  });
  if (!isRecord(header)) throw formatError("HEADER", "got a header that is not an object", NOT_SAFETENSORS);
  return header;
}

function readMetadata(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (!isRecord(value) || !Object.values(value).every((text) => typeof text === "string")) {
    throw formatError("HEADER", `${METADATA_KEY}: got ${excerpt(value)}, expected text by key`);
  }
  return value as Readonly<Record<string, string>>;
}

function readEntry(name: string, value: unknown): Entry {
  if (!isRecord(value)) throw formatError("HEADER", `${name}: got ${excerpt(value)}, expected an object`);
  const { dtype: type, shape, data_offsets: offsets } = value;
  if (typeof type !== "string" || !Object.hasOwn(ARRAYS, type)) {
    throw formatError(
      "TYPE",
      `${name}: element type got ${excerpt(type)}, expected one of ${Object.keys(ARRAYS).join(", ")}`,
    );
  }
  if (!isCountList(shape)) throw formatError("SHAPE", `${name}: shape got ${excerpt(shape)}, expected a list of sizes`);
  if (!isCountList(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw formatError("OFFSETS", `${name}: data_offsets got ${excerpt(offsets)}, expected [begin, end]`);
  }
  const [begin, end] = offsets as [number, number];
  const elementBytes = ARRAYS[type as ElementType].BYTES_PER_ELEMENT;
  const expected = elementCount(name, shape) * elementBytes;
  if (end - begin !== expected) {
    throw formatError(
      "SHAPE",
      `${name}: got ${countOf(end - begin, "byte")}, expected ${expected} for ${type} [${shape.join(", ")}]`,
    );
  }
  return { name, type: type as ElementType, shape, begin, end };
}

function assertContiguous(entries: readonly Entry[], dataLength: number): void {
  let previous = { name: "the header", end: 0 };
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== previous.end) {
      const fault = entry.begin < previous.end ? "overlaps" : "leaves a gap after";
      throw formatError(
        "OFFSETS",
        `${entry.name} ${fault} ${previous.name}: got offset ${entry.begin}, expected ${previous.end}`,
      );
    }
    previous = entry;
  }
  if (previous.end > dataLength) {
    throw formatError(
      "TRUNCATED",
      `${previous.name}: got ${countOf(dataLength, "byte")} of data, expected ${previous.end}`,
    );
  }
  if (previous.end < dataLength) {
    throw formatError(
      "OFFSETS",
      `got ${countOf(dataLength, "byte")} of data, expected ${previous.end}, as the header says`,
    );
  }
}

function elementCount(name: string, shape: readonly number[]): number {
  const count = shape.reduce((product, size) => product * size, 1);
  if (!isCountList(shape) || !Number.isSafeInteger(count * ALIGNMENT)) {
    throw formatError(
      "SHAPE",
      `${name}: shape got [${shape.join(", ")}], expected sizes whose product is a legal length`,
    );
  }
  return count;
}

function elementType(data: StoredTensor["data"]): ElementType {
  if (data instanceof Float64Array) return "F64";
  return data instanceof Int32Array ? "I32" : "F32";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCountList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function formatError(fault: string, message: string, hint?: string, cause?: unknown): IstaNasError {
  const parts = { code: `E_SAFETENSORS_${fault}`, kind: "usage" as const, cause };
  return new IstaNasError(`safetensors: ${message}`, hint === undefined ? parts : { ...parts, hint });
}
