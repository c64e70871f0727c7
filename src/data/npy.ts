/** @file Arrays of NumPy (the format `.npy`, versions 1 to 3): whole and real numbers and text. Pickled objects are programs and never run. */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { printableName } from "../files/index.ts";

const MAGIC = "\x93NUMPY";
/** Bytes of a header; NumPy writes some hundred. */
const LONGEST_HEADER = 1 << 16;
const MOST_DIMENSIONS = 8;

/** Numbers in the order of the file, row by row. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** `text` is an array of strings, `real` one of floating-point numbers. */
  readonly kind: "whole" | "real" | "text";
  /** Numbers of elements. */
  readonly count: number;
  /** True for bytes as they are, 0 to 255. */
  readonly isBytes: boolean;
  /** The bytes of all elements. */
  readonly bytes: Uint8Array;
  /** Element `index`, of numbers. */
  number(index: number): number;
  /** Element `index`, of text. */
  text(index: number): string;
}

/** `E_NPZ`: what is wrong with the array or file that is called `name`. */
export function npzError(name: string, reason: string, hint: string): IstaNasError {
  return new IstaNasError(`data ${printableName(name)}: ${reason}`, { code: "E_NPZ", kind: "usage", hint });
}

/** The array in `file`, which messages call `name`. Throws `E_NPZ` for what is no array, is cut short, is pickled, or has a type that is not read. */
export function decodeNpy(name: string, file: Uint8Array): NpyArray {
  const again = "save it again with numpy.savez(path, x_train=..., y_train=..., x_test=..., y_test=...)";
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  if (bytes.length < 12 || bytes.toString("latin1", 0, 6) !== MAGIC)
    throw npzError(name, "is no array of NumPy", again);
  const isFirst = bytes[6] === 1;
  const headerLength = isFirst ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const start = (isFirst ? 10 : 12) + headerLength;
  if (headerLength > LONGEST_HEADER || start > bytes.length) throw npzError(name, "its header is cut short", again);
  const header = bytes.toString("latin1", isFirst ? 10 : 12, start);
  const type = /'descr'\s*:\s*'([<>|=])([a-zA-Z])(\d{0,6})'/.exec(header);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const sides = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (/'descr'\s*:\s*'\|O/.test(header)) {
    throw npzError(
      name,
      "holds pickled objects, which are not read",
      "save arrays of numbers: make all images one size, and give x.astype('uint8')",
    );
  }
  if (type === null || order === undefined || sides === undefined)
    throw npzError(name, "its header is not one that is read", again);
  if (order === "True") throw npzError(name, "is in the order of columns", "save numpy.ascontiguousarray(x)");
  const shape = sides
    .split(",")
    .map((side) => side.trim())
    .filter((side) => side !== "")
    .map(Number);
  const count = shape.reduce((product, side) => product * side, 1);
  const [, endian, letter, digits] = type;
  const width = Number(digits || 1) * (letter === "U" ? 4 : 1);
  const read = reader(letter!, width);
  if (read === null)
    throw npzError(name, `has the type ${letter}${digits}, expected whole or real numbers or text`, again);
  if (
    shape.length > MOST_DIMENSIONS ||
    !Number.isSafeInteger(count * width) ||
    start + count * width !== bytes.length
  ) {
    const got = `got ${countOf(bytes.length - start, "byte")}, expected ${shape.join("x") || 1} elements of ${width}`;
    throw npzError(name, `is cut short or too long: ${got}`, again);
  }
  const content = bytes.subarray(start);
  const isLittle = endian !== ">";
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  return {
    shape,
    kind: read.kind,
    count,
    isBytes: letter === "u" && width === 1,
    bytes: content,
    number: (index) => (read.kind === "text" ? Number.NaN : read.number(view, index * width, isLittle)),
    text: (index) =>
      read.kind === "text"
        ? read.text(view, index * width, isLittle)
        : String(read.number(view, index * width, isLittle)),
  };
}

type Reader =
  | { readonly kind: "whole" | "real"; number(view: DataView, at: number, isLittle: boolean): number }
  | { readonly kind: "text"; text(view: DataView, at: number, isLittle: boolean): string };

function reader(letter: string, width: number): Reader | null {
  const number = NUMBERS[`${letter}${width}`];
  if (number !== undefined) return { kind: letter === "f" ? "real" : "whole", number };
  if (letter === "S") return { kind: "text", text: (view, at) => textOf(width, (i) => view.getUint8(at + i)) };
  if (letter === "U") {
    return {
      kind: "text",
      text: (view, at, isLittle) => textOf(width / 4, (i) => view.getUint32(at + 4 * i, isLittle)),
    };
  }
  return null;
}

const NUMBERS: Readonly<Record<string, (view: DataView, at: number, isLittle: boolean) => number>> = {
  b1: (view, at) => view.getUint8(at),
  u1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at, isLittle) => view.getUint16(at, isLittle),
  i2: (view, at, isLittle) => view.getInt16(at, isLittle),
  u4: (view, at, isLittle) => view.getUint32(at, isLittle),
  i4: (view, at, isLittle) => view.getInt32(at, isLittle),
  u8: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)),
  i8: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)),
  f4: (view, at, isLittle) => view.getFloat32(at, isLittle),
  f8: (view, at, isLittle) => view.getFloat64(at, isLittle),
};

/** Characters up to the zeros that fill a text. */
function textOf(length: number, codeAt: (index: number) => number): string {
  let text = "";
  for (let i = 0; i < length; i++) {
    const code = codeAt(i);
    if (code === 0) break;
    text += code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
  }
  return text;
}
