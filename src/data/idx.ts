/**
 * @file The IDX format of MNIST and its successors, unsigned bytes only: two zero bytes, the type 0x08, the number of
 * dimensions, each dimension as a big-endian 32-bit integer, then the values, the last dimension running fastest.
 */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";

const UNSIGNED_BYTE = 0x08;

export interface IdxArray {
  readonly dimensions: readonly number[];
  /** Row-major; a view of the bytes that were decoded. */
  readonly values: Uint8Array;
}

/** What the start of a file says about the rest. */
export interface IdxHeader {
  readonly dimensions: readonly number[];
  /** Where the values start. */
  readonly start: number;
  /** Bytes of the whole file. */
  readonly length: number;
}

/**
 * Reads the header of an IDX file of bytes, of which `bytes` may be the first part. `name` is what messages call it. Throws
 * `E_IDX_MAGIC` if it is something else, or `E_IDX_TRUNCATED` if the header is cut short.
 */
export function decodeIdxHeader(bytes: Uint8Array, name: string): IdxHeader {
  const magic = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const dimensionCount = bytes[3] ?? 0;
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== UNSIGNED_BYTE || dimensionCount === 0) {
    throw new IstaNasError(
      `idx ${name}: magic number got ${magic === "" ? "nothing" : `0x${magic}`}, expected 0x000008NN`,
      {
        code: "E_IDX_MAGIC",
        hint: "is it an IDX file of unsigned bytes? download it again if it should be",
      },
    );
  }
  const start = 4 + 4 * dimensionCount;
  if (bytes.length < start) throw truncated(name, bytes.length, `at least ${start}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dimensions = Array.from({ length: dimensionCount }, (_, i) => view.getUint32(4 + 4 * i));
  const count = dimensions.includes(0) ? 0 : dimensions.reduce((product, dimension) => product * dimension);
  return { dimensions, start, length: start + count };
}

/**
 * Reads an IDX file of bytes. Throws what `decodeIdxHeader` throws, `E_IDX_TRUNCATED` if values are missing, or `E_IDX_TRAILING` if bytes
 * follow the last one.
 */
export function decodeIdx(bytes: Uint8Array, name: string): IdxArray {
  const { dimensions, start, length } = decodeIdxHeader(bytes, name);
  const expected = `${length} for ${dimensions.join("x")}`;
  if (bytes.length < length) throw truncated(name, bytes.length, expected);
  if (bytes.length > length) {
    throw new IstaNasError(`idx ${name}: too long, got ${countOf(bytes.length, "byte")}, expected ${expected}`, {
      code: "E_IDX_TRAILING",
      hint: "download or copy it again",
    });
  }
  return { dimensions, values: new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.length - start) };
}

function truncated(name: string, got: number, expected: string): IstaNasError {
  return new IstaNasError(`idx ${name}: cut short, got ${countOf(got, "byte")}, expected ${expected}`, {
    code: "E_IDX_TRUNCATED",
    hint: "download or copy it again",
  });
}

/** The IDX file of an array of bytes. */
export function encodeIdx(array: IdxArray): Uint8Array {
  const { dimensions, values } = array;
  const start = 4 + 4 * dimensions.length;
  const bytes = new Uint8Array(start + values.length);
  const view = new DataView(bytes.buffer);
  bytes[2] = UNSIGNED_BYTE;
  bytes[3] = dimensions.length;
  dimensions.forEach((dimension, i) => {
    view.setUint32(4 + 4 * i, dimension);
  });
  bytes.set(values, start);
  return bytes;
}
