/**
 * @file The product of a transposed matrix with a matrix, for gradients of filters: a sum over pixels of outer
 * products. Blocks of four by eight sums are held in registers.
 */
import { multiplyAdd } from "./lanes";

/**
 * sums [inner, columns] += transpose of left [rows, inner] times right [rows, columns]; `inner` and `columns` are
 * multiples of 4. The rows of one call are added up first and then to what is there, so that long sums are sums of
 * short ones.
 * @param leftRow bytes between rows of `left`
 * @param octets the engine joins pairs of vectors, so that blocks of four by sixteen fit its registers
 */
export function addOuterProducts(
  left: usize,
  leftRow: usize,
  right: usize,
  rows: usize,
  inner: usize,
  columns: usize,
  sums: usize,
  octets: bool,
): void {
  const rightRow = columns << 2;
  for (let i: usize = 0; i < inner << 2; i += 16) {
    let c: usize = 0;
    if (octets) {
      for (; c + 64 <= rightRow; c += 64) addOuter4x16(left + i, leftRow, right + c, rightRow, rows, sums + c);
    }
    for (; c + 32 <= rightRow; c += 32) addOuter4x8(left + i, leftRow, right + c, rightRow, rows, sums + c);
    if (c < rightRow) addOuter4x4(left + i, leftRow, right + c, rightRow, rows, sums + c);
    sums += rightRow << 2;
  }
}

function addOuter4x16(x: usize, leftRow: usize, y: usize, rightRow: usize, rows: usize, sums: usize): void {
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
  for (; rows > 0; rows--) {
    const a = v128.load(y);
    const b = v128.load(y, 16);
    const c = v128.load(y, 32);
    const d = v128.load(y, 48);
    let s = v128.load32_splat(x);
    a0 = multiplyAdd(a0, s, a);
    b0 = multiplyAdd(b0, s, b);
    c0 = multiplyAdd(c0, s, c);
    d0 = multiplyAdd(d0, s, d);
    s = v128.load32_splat(x, 4);
    a1 = multiplyAdd(a1, s, a);
    b1 = multiplyAdd(b1, s, b);
    c1 = multiplyAdd(c1, s, c);
    d1 = multiplyAdd(d1, s, d);
    s = v128.load32_splat(x, 8);
    a2 = multiplyAdd(a2, s, a);
    b2 = multiplyAdd(b2, s, b);
    c2 = multiplyAdd(c2, s, c);
    d2 = multiplyAdd(d2, s, d);
    s = v128.load32_splat(x, 12);
    a3 = multiplyAdd(a3, s, a);
    b3 = multiplyAdd(b3, s, b);
    c3 = multiplyAdd(c3, s, c);
    d3 = multiplyAdd(d3, s, d);
    x += leftRow;
    y += rightRow;
  }
  addRow(sums, a0, b0, c0, d0);
  sums += rightRow;
  addRow(sums, a1, b1, c1, d1);
  sums += rightRow;
  addRow(sums, a2, b2, c2, d2);
  sums += rightRow;
  addRow(sums, a3, b3, c3, d3);
}

// @ts-ignore: decorator
@inline
function addRow(sums: usize, a: v128, b: v128, c: v128, d: v128): void {
  addOctet(sums, a, b);
  addOctet(sums + 32, c, d);
}

// @ts-ignore: decorator
@inline
function addOuter4x8(x: usize, leftRow: usize, y: usize, rightRow: usize, rows: usize, sums: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let a3 = zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  let b3 = zero;
  for (; rows > 0; rows--) {
    const a = v128.load(y);
    const b = v128.load(y, 16);
    const s0 = v128.load32_splat(x);
    const s1 = v128.load32_splat(x, 4);
    const s2 = v128.load32_splat(x, 8);
    const s3 = v128.load32_splat(x, 12);
    a0 = multiplyAdd(a0, s0, a);
    b0 = multiplyAdd(b0, s0, b);
    a1 = multiplyAdd(a1, s1, a);
    b1 = multiplyAdd(b1, s1, b);
    a2 = multiplyAdd(a2, s2, a);
    b2 = multiplyAdd(b2, s2, b);
    a3 = multiplyAdd(a3, s3, a);
    b3 = multiplyAdd(b3, s3, b);
    x += leftRow;
    y += rightRow;
  }
  addOctet(sums, a0, b0);
  sums += rightRow;
  addOctet(sums, a1, b1);
  sums += rightRow;
  addOctet(sums, a2, b2);
  sums += rightRow;
  addOctet(sums, a3, b3);
}

// @ts-ignore: decorator
@inline
function addOuter4x4(x: usize, leftRow: usize, y: usize, rightRow: usize, rows: usize, sums: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let a3 = zero;
  for (; rows > 0; rows--) {
    const a = v128.load(y);
    a0 = multiplyAdd(a0, v128.load32_splat(x), a);
    a1 = multiplyAdd(a1, v128.load32_splat(x, 4), a);
    a2 = multiplyAdd(a2, v128.load32_splat(x, 8), a);
    a3 = multiplyAdd(a3, v128.load32_splat(x, 12), a);
    x += leftRow;
    y += rightRow;
  }
  addQuad(sums, a0);
  sums += rightRow;
  addQuad(sums, a1);
  sums += rightRow;
  addQuad(sums, a2);
  sums += rightRow;
  addQuad(sums, a3);
}

// @ts-ignore: decorator
@inline
function addQuad(at: usize, value: v128): void {
  v128.store(at, f32x4.add(v128.load(at), value));
}

// @ts-ignore: decorator
@inline
function addOctet(at: usize, lower: v128, upper: v128): void {
  const a = f32x4.add(v128.load(at), lower);
  const b = f32x4.add(v128.load(at, 16), upper);
  v128.store(at, a);
  v128.store(at, b, 16);
}
