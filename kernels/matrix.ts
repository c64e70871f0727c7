/**
 * @file Products of matrices in row-major order, for all convolutions that mix channels. Blocks of rows by
 * columns are held in registers (`matrix-blocks.ts`). The inner extent is a multiple of 4, columns are a multiple of 4. Each sum runs over
 * the inner index in order, so a result does not depend on how rows are cut into calls.
 */
import {
  multiply1x4,
  multiply1x8,
  multiply2x8,
  multiply4x4,
  multiply4x8,
  multiply4x16,
  multiply6x16,
} from "./matrix-blocks";

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
 * four by sixteen fit its registers; fused, which needs no register for the product, six by sixteen do.
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
  let b: usize = 0;
  if (octets) {
    for (; b + 64 <= outputRow; b += 64) {
      let x = left;
      let o = output + b;
      let rest = rows;
      if (ASC_FEATURE_RELAXED_SIMD) {
        // Eight are twice four.
        for (; rest >= 6 && rest != 8; rest -= 6) {
          multiply6x16(x, leftRow, inner, packed, o, outputRow);
          x += 6 * leftRow;
          o += 6 * outputRow;
        }
      }
      for (; rest >= 4; rest -= 4) {
        multiply4x16(x, leftRow, inner, packed, o, outputRow);
        x += leftRow << 2;
        o += outputRow << 2;
      }
      for (; rest >= 2; rest -= 2) {
        multiply2x8(x, leftRow, inner, packed, o, outputRow);
        multiply2x8(x, leftRow, inner, packed + (inner << 5), o + 32, outputRow);
        x += leftRow << 1;
        o += outputRow << 1;
      }
      if (rest > 0) {
        multiply1x8(x, inner, packed, o);
        multiply1x8(x, inner, packed + (inner << 5), o + 32);
      }
      packed += inner << 6;
    }
  }
  for (; b < outputRow; b += 32) {
    const wide = outputRow - b >= 32;
    let x = left;
    let o = output + b;
    let rest = rows;
    for (; rest >= 4; rest -= 4) {
      if (wide) multiply4x8(x, leftRow, inner, packed, o, outputRow);
      else multiply4x4(x, leftRow, inner, packed, o, outputRow);
      x += leftRow << 2;
      o += outputRow << 2;
    }
    if (wide) {
      for (; rest >= 2; rest -= 2) {
        multiply2x8(x, leftRow, inner, packed, o, outputRow);
        x += leftRow << 1;
        o += outputRow << 1;
      }
    }
    for (; rest > 0; rest--) {
      if (wide) multiply1x8(x, inner, packed, o);
      else multiply1x4(x, inner, packed, o);
      x += leftRow;
      o += outputRow;
    }
    packed += inner * (wide ? 32 : 16);
  }
}
