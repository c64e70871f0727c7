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
 * The same for the transpose of `from` [columns, inner]; columns from `columns` to `padded` (a multiple of 4) become
 * zeros.
 */
export function packTransposed(to: usize, from: usize, inner: usize, columns: usize, padded: usize): void {
  const rowBytes = inner << 2;
  for (let b: usize = 0; b < padded; b += 8) {
    const width = min<usize>(8, padded - b);
    for (let i: usize = 0; i < inner; i++) {
      for (let k: usize = 0; k < width; k++) {
        const column = b + k;
        store<f32>(to, column < columns ? load<f32>(from + column * rowBytes + (i << 2)) : 0);
        to += 4;
      }
    }
  }
}

/** output [rows, columns] = left [rows, inner] times the packed matrix. */
export function multiply(left: usize, rows: usize, inner: usize, packed: usize, output: usize, columns: usize): void {
  const leftRow = inner << 2;
  const outputRow = columns << 2;
  const blocks = rows >> 2;
  for (let b: usize = 0; b < outputRow; b += 32) {
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
