/**
 * @file Blocks of a product of matrices: some rows of the left one, 4, 8 or 16 columns of the packed right one. All sums of a block are in registers, and
 * each runs over the inner index in order, so that the blocks that a product is cut into leave no trace in its bits.
 */
import { multiplyAdd } from "./lanes";

export function multiply4x16(x0: usize, leftRow: usize, inner: usize, panel: usize, output: usize, outputRow: usize): void {
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
export function multiply4x8(x0: usize, leftRow: usize, inner: usize, panel: usize, output: usize, outputRow: usize): void {
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
export function multiply4x4(x0: usize, leftRow: usize, inner: usize, panel: usize, output: usize, outputRow: usize): void {
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

export function multiply2x8(x0: usize, leftRow: usize, inner: usize, panel: usize, output: usize, outputRow: usize): void {
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let x1 = x0 + leftRow;
  const end = panel + (inner << 5);
  for (; panel < end; panel += 32, x0 += 4, x1 += 4) {
    const a = v128.load(panel);
    const b = v128.load(panel, 16);
    const s0 = v128.load32_splat(x0);
    const s1 = v128.load32_splat(x1);
    a0 = multiplyAdd(a0, s0, a);
    b0 = multiplyAdd(b0, s0, b);
    a1 = multiplyAdd(a1, s1, a);
    b1 = multiplyAdd(b1, s1, b);
  }
  v128.store(output, a0);
  v128.store(output, b0, 16);
  v128.store(output + outputRow, a1);
  v128.store(output + outputRow, b1, 16);
}

// @ts-ignore: decorator
@inline
export function multiply1x8(x: usize, inner: usize, panel: usize, output: usize): void {
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
export function multiply1x4(x: usize, inner: usize, panel: usize, output: usize): void {
  let a = f32x4.splat(0);
  const end = panel + (inner << 4);
  for (; panel < end; panel += 16, x += 4) a = multiplyAdd(a, v128.load32_splat(x), v128.load(panel));
  v128.store(output, a);
}

export function multiply6x16(x0: usize, leftRow: usize, inner: usize, panel: usize, output: usize, outputRow: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let a3 = zero;
  let a4 = zero;
  let a5 = zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  let b3 = zero;
  let b4 = zero;
  let b5 = zero;
  let c0 = zero;
  let c1 = zero;
  let c2 = zero;
  let c3 = zero;
  let c4 = zero;
  let c5 = zero;
  let d0 = zero;
  let d1 = zero;
  let d2 = zero;
  let d3 = zero;
  let d4 = zero;
  let d5 = zero;
  let x1 = x0 + leftRow;
  let x2 = x1 + leftRow;
  let x3 = x2 + leftRow;
  let x4 = x3 + leftRow;
  let x5 = x4 + leftRow;
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
    s = v128.load32_splat(x4);
    a4 = multiplyAdd(a4, s, a);
    b4 = multiplyAdd(b4, s, b);
    c4 = multiplyAdd(c4, s, c);
    d4 = multiplyAdd(d4, s, d);
    s = v128.load32_splat(x5);
    a5 = multiplyAdd(a5, s, a);
    b5 = multiplyAdd(b5, s, b);
    c5 = multiplyAdd(c5, s, c);
    d5 = multiplyAdd(d5, s, d);
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
    x4 += 4;
    x5 += 4;
  }
  storeRow(output, a0, b0, c0, d0);
  output += outputRow;
  storeRow(output, a1, b1, c1, d1);
  output += outputRow;
  storeRow(output, a2, b2, c2, d2);
  output += outputRow;
  storeRow(output, a3, b3, c3, d3);
  output += outputRow;
  storeRow(output, a4, b4, c4, d4);
  output += outputRow;
  storeRow(output, a5, b5, c5, d5);
}
