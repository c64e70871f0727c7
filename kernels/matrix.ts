/**
 * @file Products of matrices in row-major order, for all convolutions that mix channels. Blocks of four rows by eight
 * columns are held in registers. The inner extent is a multiple of 4, columns are a multiple of 4. Each sum runs over
 * the inner index in order, so a result does not depend on how rows are cut into calls.
 */
import { multiplyAdd } from "./lanes";

/** Rows of a run: what is read of the left matrix again and again stays in the first cache. */
export const RUN_BYTES: usize = 16384;

/** Rows of `rowBytes` bytes to be done at a time: as many as fit in `RUN_BYTES`, a multiple of 4, at least 4. */
export function runLength(rowBytes: usize): usize {
  return max<usize>(4, (RUN_BYTES / rowBytes) & ~3);
}

/**
 * Copies a right matrix [inner, columns] into panels of eight columns (the last one may have four), each [inner, 8], so
 * that a product reads it from end to end. Rows from `inner` to `padded` become zeros.
 */
export function pack(to: usize, from: usize, inner: usize, padded: usize, columns: usize): void {
  const rowBytes = columns << 2;
  for (let b: usize = 0; b < rowBytes; b += 32) {
    const wide = rowBytes - b >= 32;
    let f = from + b;
    for (let i: usize = 0; i < padded; i++) {
      const inside = i < inner;
      v128.store(to, inside ? v128.load(f) : f32x4.splat(0));
      to += 16;
      if (wide) {
        v128.store(to, inside ? v128.load(f, 16) : f32x4.splat(0));
        to += 16;
      }
      f += rowBytes;
    }
  }
}

/**
 * The same for the transpose of `from` [columns, inner]; `inner` is a multiple of 4; columns from `columns` to `padded` (a multiple of
 * 4) become zeros.
 */
export function packTransposed(to: usize, from: usize, inner: usize, columns: usize, padded: usize): void {
  const rowBytes = inner << 2;
  for (let b: usize = 0; b < padded; b += 8) {
    const width = min<usize>(8, padded - b);
    for (let i: usize = 0; i < rowBytes; i += 16) {
      for (let k: usize = 0; k < width; k += 4) {
        transposeBlock(to + (k << 2), width << 2, from + (b + k) * rowBytes + i, rowBytes, columns, b + k);
      }
      to += width << 4;
    }
  }
}

/** Four columns, from `column` on, of four rows: zeros from `columns` on. */
// @ts-ignore: decorator
@inline
function transposeBlock(to: usize, toRow: usize, from: usize, fromRow: usize, columns: usize, column: usize): void {
  const zero = f32x4.splat(0);
  const a = column < columns ? v128.load(from) : zero;
  const b = column + 1 < columns ? v128.load(from + fromRow) : zero;
  const c = column + 2 < columns ? v128.load(from + 2 * fromRow) : zero;
  const d = column + 3 < columns ? v128.load(from + 3 * fromRow) : zero;
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
  v128.store(to + toRow, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7));
  v128.store(to + 2 * toRow, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5));
  v128.store(to + 3 * toRow, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7));
}

/**
 * output [rows, columns] = left [rows, inner] times the packed matrix. `octets`: the engine joins pairs of vectors, so that blocks of
 * four by sixteen fit its registers.
 */
export function multiply(
  left: usize,
  rows: usize,
  inner: usize,
  packed: usize,
  output: usize,
  columns: usize,
  octets: bool,
): void {
  const leftRow = inner << 2;
  const outputRow = columns << 2;
  const blocks = rows >> 2;
  let b: usize = 0;
  if (octets) {
    for (; b + 64 <= outputRow; b += 64) {
      let x = left;
      let o = output + b;
      for (let block: usize = 0; block < blocks; block++) {
        multiply4x16(x, leftRow, inner, packed, o, outputRow);
        x += leftRow << 2;
        o += outputRow << 2;
      }
      for (let row = blocks << 2; row < rows; row++) {
        multiply1x8(x, inner, packed, o);
        multiply1x8(x, inner, packed + (inner << 5), o + 32);
        x += leftRow;
        o += outputRow;
      }
      packed += inner << 6;
    }
  }
  for (; b < outputRow; b += 32) {
    const wide = outputRow - b >= 32;
    let x = left;
    let o = output + b;
    for (let block: usize = 0; block < blocks; block++) {
      if (wide) multiply4x8(x, leftRow, inner, packed, o, outputRow);
      else multiply4x4(x, leftRow, inner, packed, o, outputRow);
      x += leftRow << 2;
      o += outputRow << 2;
    }
    for (let row = blocks << 2; row < rows; row++) {
      if (wide) multiply1x8(x, inner, packed, o);
      else multiply1x4(x, inner, packed, o);
      x += leftRow;
      o += outputRow;
    }
    packed += inner * (wide ? 32 : 16);
  }
}

function multiply4x16(x0: usize, leftRow: usize, inner: usize, panel: usize, output: usize, outputRow: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let a3 = zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  let b3 = zero;
  let c0 = zero;
  let c1 = zero;
  let c2 = zero;
  let c3 = zero;
  let d0 = zero;
  let d1 = zero;
  let d2 = zero;
  let d3 = zero;
  let x1 = x0 + leftRow;
  let x2 = x1 + leftRow;
  let x3 = x2 + leftRow;
  const next = inner << 5;
  const end = panel + next;
  for (; panel < end; panel += 32) {
    const a = v128.load(panel);
    const b = v128.load(panel, 16);
    const c = v128.load(panel + next);
    const d = v128.load(panel + next, 16);
    let s = v128.load32_splat(x0);
    a0 = multiplyAdd(a0, s, a);
    b0 = multiplyAdd(b0, s, b);
    c0 = multiplyAdd(c0, s, c);
    d0 = multiplyAdd(d0, s, d);
    s = v128.load32_splat(x1);
    a1 = multiplyAdd(a1, s, a);
    b1 = multiplyAdd(b1, s, b);
    c1 = multiplyAdd(c1, s, c);
    d1 = multiplyAdd(d1, s, d);
    s = v128.load32_splat(x2);
    a2 = multiplyAdd(a2, s, a);
    b2 = multiplyAdd(b2, s, b);
    c2 = multiplyAdd(c2, s, c);
    d2 = multiplyAdd(d2, s, d);
    s = v128.load32_splat(x3);
    a3 = multiplyAdd(a3, s, a);
    b3 = multiplyAdd(b3, s, b);
    c3 = multiplyAdd(c3, s, c);
    d3 = multiplyAdd(d3, s, d);
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
  }
  storeRow(output, a0, b0, c0, d0);
  output += outputRow;
  storeRow(output, a1, b1, c1, d1);
  output += outputRow;
  storeRow(output, a2, b2, c2, d2);
  output += outputRow;
  storeRow(output, a3, b3, c3, d3);
}

// @ts-ignore: decorator
@inline
function storeRow(output: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(output, a);
  v128.store(output, b, 16);
  v128.store(output, c, 32);
  v128.store(output, d, 48);
}

// @ts-ignore: decorator
@inline
function multiply4x8(x0: usize, leftRow: usize, inner: usize, panel: usize, output: usize, outputRow: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let a3 = zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  let b3 = zero;
  let x1 = x0 + leftRow;
  let x2 = x1 + leftRow;
  let x3 = x2 + leftRow;
  const end = panel + (inner << 5);
  for (; panel < end; panel += 32) {
    const a = v128.load(panel);
    const b = v128.load(panel, 16);
    const s0 = v128.load32_splat(x0);
    const s1 = v128.load32_splat(x1);
    const s2 = v128.load32_splat(x2);
    const s3 = v128.load32_splat(x3);
    a0 = multiplyAdd(a0, s0, a);
    b0 = multiplyAdd(b0, s0, b);
    a1 = multiplyAdd(a1, s1, a);
    b1 = multiplyAdd(b1, s1, b);
    a2 = multiplyAdd(a2, s2, a);
    b2 = multiplyAdd(b2, s2, b);
    a3 = multiplyAdd(a3, s3, a);
    b3 = multiplyAdd(b3, s3, b);
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
  }
  v128.store(output, a0);
  v128.store(output, b0, 16);
  output += outputRow;
  v128.store(output, a1);
  v128.store(output, b1, 16);
  output += outputRow;
  v128.store(output, a2);
  v128.store(output, b2, 16);
  output += outputRow;
  v128.store(output, a3);
  v128.store(output, b3, 16);
}

// @ts-ignore: decorator
@inline
function multiply4x4(x0: usize, leftRow: usize, inner: usize, panel: usize, output: usize, outputRow: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let a3 = zero;
  let x1 = x0 + leftRow;
  let x2 = x1 + leftRow;
  let x3 = x2 + leftRow;
  const end = panel + (inner << 4);
  for (; panel < end; panel += 16) {
    const a = v128.load(panel);
    a0 = multiplyAdd(a0, v128.load32_splat(x0), a);
    a1 = multiplyAdd(a1, v128.load32_splat(x1), a);
    a2 = multiplyAdd(a2, v128.load32_splat(x2), a);
    a3 = multiplyAdd(a3, v128.load32_splat(x3), a);
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
  }
  v128.store(output, a0);
  output += outputRow;
  v128.store(output, a1);
  output += outputRow;
  v128.store(output, a2);
  output += outputRow;
  v128.store(output, a3);
}

// @ts-ignore: decorator
@inline
function multiply1x8(x: usize, inner: usize, panel: usize, output: usize): void {
  let a = f32x4.splat(0);
  let b = a;
  const end = panel + (inner << 5);
  for (; panel < end; panel += 32, x += 4) {
    const s = v128.load32_splat(x);
    a = multiplyAdd(a, s, v128.load(panel));
    b = multiplyAdd(b, s, v128.load(panel, 16));
  }
  v128.store(output, a);
  v128.store(output, b, 16);
}

// @ts-ignore: decorator
@inline
function multiply1x4(x: usize, inner: usize, panel: usize, output: usize): void {
  let a = f32x4.splat(0);
  const end = panel + (inner << 4);
  for (; panel < end; panel += 16, x += 4) a = multiplyAdd(a, v128.load32_splat(x), v128.load(panel));
  v128.store(output, a);
}
