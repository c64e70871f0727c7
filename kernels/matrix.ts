/**
 * @file Products of matrices in row-major order, for all convolutions that mix channels. Blocks of four rows by eight columns are held in
 * registers. The inner extent is a multiple of 4, columns are a multiple of 4. Each sum runs over the inner index in order, so a result
 * does not depend on how rows are cut into calls.
 */
import { multiplyAdd } from "./lanes";

/** Rows of a run: what is read of the left matrix again and again stays in the first cache. */
export const RUN_BYTES: usize = 16384;

/** Rows of `rowBytes` bytes to be done at a time: as many as fit in `RUN_BYTES`, a multiple of 4, at least 4. */
export function runLength(rowBytes: usize): usize {
  return max<usize>(4, (RUN_BYTES / rowBytes) & ~3);
}

/**
 * Copies a right matrix [inner, columns] into panels of eight columns (the last one may have four), each [inner, 8], so that a
 * product reads it from end to end. Rows from `inner` to `padded` become zeros.
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

/** The same for the transpose of `from` [columns, inner]; columns from `columns` to `padded` (a multiple of 4) become zeros. */
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
function multiply4x8(x: usize, leftRow: usize, inner: usize, f: usize, o: usize, outputRow: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  let r0 = x, r1 = r0 + leftRow, r2 = r1 + leftRow, r3 = r2 + leftRow;
  const stop = f + inner * 32;
  do {
    let wa = v128.load(f), wb = v128.load(f, 16);
    let x0 = v128.load32_splat(r0), x1 = v128.load32_splat(r1);
    let x2 = v128.load32_splat(r2), x3 = v128.load32_splat(r3);
    a0 = multiplyAdd(a0, x0, wa); b0 = multiplyAdd(b0, x0, wb);
    a1 = multiplyAdd(a1, x1, wa); b1 = multiplyAdd(b1, x1, wb);
    a2 = multiplyAdd(a2, x2, wa); b2 = multiplyAdd(b2, x2, wb);
    a3 = multiplyAdd(a3, x3, wa); b3 = multiplyAdd(b3, x3, wb);
    wa = v128.load(f, 32), wb = v128.load(f, 48);
    x0 = v128.load32_splat(r0, 4), x1 = v128.load32_splat(r1, 4);
    x2 = v128.load32_splat(r2, 4), x3 = v128.load32_splat(r3, 4);
    a0 = multiplyAdd(a0, x0, wa); b0 = multiplyAdd(b0, x0, wb);
    a1 = multiplyAdd(a1, x1, wa); b1 = multiplyAdd(b1, x1, wb);
    a2 = multiplyAdd(a2, x2, wa); b2 = multiplyAdd(b2, x2, wb);
    a3 = multiplyAdd(a3, x3, wa); b3 = multiplyAdd(b3, x3, wb);
    f += 64; r0 += 8; r1 += 8; r2 += 8; r3 += 8;
  } while (f < stop);
  v128.store(o, a0); v128.store(o, b0, 16); o += outputRow;
  v128.store(o, a1); v128.store(o, b1, 16); o += outputRow;
  v128.store(o, a2); v128.store(o, b2, 16); o += outputRow;
  v128.store(o, a3); v128.store(o, b3, 16);
}

// @ts-ignore: decorator
@inline
function multiply4x4(x: usize, leftRow: usize, inner: usize, f: usize, o: usize, outputRow: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  let r0 = x, r1 = r0 + leftRow, r2 = r1 + leftRow, r3 = r2 + leftRow;
  const stop = f + inner * 16;
  for (; f < stop; f += 16) {
    const w = v128.load(f);
    a0 = multiplyAdd(a0, v128.load32_splat(r0), w);
    a1 = multiplyAdd(a1, v128.load32_splat(r1), w);
    a2 = multiplyAdd(a2, v128.load32_splat(r2), w);
    a3 = multiplyAdd(a3, v128.load32_splat(r3), w);
    r0 += 4; r1 += 4; r2 += 4; r3 += 4;
  }
  v128.store(o, a0); o += outputRow;
  v128.store(o, a1); o += outputRow;
  v128.store(o, a2); o += outputRow;
  v128.store(o, a3);
}

// @ts-ignore: decorator
@inline
function multiply1x8(x: usize, inner: usize, f: usize, o: usize): void {
  let a = f32x4.splat(0), b = a;
  const stop = f + inner * 32;
  for (; f < stop; f += 32, x += 4) {
    const s = v128.load32_splat(x);
    a = multiplyAdd(a, s, v128.load(f));
    b = multiplyAdd(b, s, v128.load(f, 16));
  }
  v128.store(o, a);
  v128.store(o, b, 16);
}

// @ts-ignore: decorator
@inline
function multiply1x4(x: usize, inner: usize, f: usize, o: usize): void {
  let a = f32x4.splat(0);
  const stop = f + inner * 16;
  for (; f < stop; f += 16, x += 4) a = multiplyAdd(a, v128.load32_splat(x), v128.load(f));
  v128.store(o, a);
}

/**
 * sums [inner, columns] += transpose of left [rows, inner] times right [rows, columns]. The rows of one call are added up first and
 * then to what is there, so that long sums are sums of short ones.
 */
export function addOuterProducts(
  left: usize,
  right: usize,
  rows: usize,
  inner: usize,
  columns: usize,
  sums: usize,
): void {
  const leftRow = inner << 2;
  const rightRow = columns << 2;
  for (let i: usize = 0; i < leftRow; i += 16) {
    let s = sums + (i >> 2) * rightRow;
    let b: usize = 0;
    for (; b + 32 <= rightRow; b += 32) outer4x8(left + i, leftRow, right + b, rightRow, rows, s + b);
    if (b < rightRow) outer4x4(left + i, leftRow, right + b, rightRow, rows, s + b);
  }
}

// @ts-ignore: decorator
@inline
function outer4x8(x: usize, leftRow: usize, y: usize, rightRow: usize, rows: usize, s: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  for (let row: usize = 0; row < rows; row++) {
    const ya = v128.load(y), yb = v128.load(y, 16);
    const x0 = v128.load32_splat(x), x1 = v128.load32_splat(x, 4);
    const x2 = v128.load32_splat(x, 8), x3 = v128.load32_splat(x, 12);
    a0 = multiplyAdd(a0, x0, ya); b0 = multiplyAdd(b0, x0, yb);
    a1 = multiplyAdd(a1, x1, ya); b1 = multiplyAdd(b1, x1, yb);
    a2 = multiplyAdd(a2, x2, ya); b2 = multiplyAdd(b2, x2, yb);
    a3 = multiplyAdd(a3, x3, ya); b3 = multiplyAdd(b3, x3, yb);
    x += leftRow;
    y += rightRow;
  }
  accumulate(s, a0); accumulate(s + 16, b0); s += rightRow;
  accumulate(s, a1); accumulate(s + 16, b1); s += rightRow;
  accumulate(s, a2); accumulate(s + 16, b2); s += rightRow;
  accumulate(s, a3); accumulate(s + 16, b3);
}

// @ts-ignore: decorator
@inline
function outer4x4(x: usize, leftRow: usize, y: usize, rightRow: usize, rows: usize, s: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  for (let row: usize = 0; row < rows; row++) {
    const ya = v128.load(y);
    a0 = multiplyAdd(a0, v128.load32_splat(x), ya);
    a1 = multiplyAdd(a1, v128.load32_splat(x, 4), ya);
    a2 = multiplyAdd(a2, v128.load32_splat(x, 8), ya);
    a3 = multiplyAdd(a3, v128.load32_splat(x, 12), ya);
    x += leftRow;
    y += rightRow;
  }
  accumulate(s, a0); s += rightRow;
  accumulate(s, a1); s += rightRow;
  accumulate(s, a2); s += rightRow;
  accumulate(s, a3);
}

// @ts-ignore: decorator
@inline
function accumulate(at: usize, value: v128): void {
  v128.store(at, f32x4.add(v128.load(at), value));
}
