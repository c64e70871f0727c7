/**
 * @file Sums with coefficients, read from memory: constants of a `sum`, or entries of the weight vector of a
 * `weightedSum`.
 */
import { multiplyAdd, multiplyAddOne } from "./lanes";

/** Floats that stay in the first-level cache while more than four summands are added up. */
const CHUNK: usize = 1024;

/**
 * output = coefficient_0 x_0 + coefficient_1 x_1 + ..., added in that order. The addresses of the first four summands are arguments; for
 * each summand the table holds two words: the address of its data, from the fifth on, and that of its coefficient. More than four are added up in the scratch, a chunk at a time: threads
 * may share an output, and a half-done sum must not show in it.
 */
export function combine(
  scratch: usize,
  first: usize,
  second: usize,
  third: usize,
  fourth: usize,
  table: usize,
  count: i32,
  output: usize,
  elements: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const end = endImage * elements;
  const step = count > 4 ? CHUNK : end;
  for (let from = firstImage * elements; from < end; from += step) {
    const floats = min(step, end - from);
    const y = output + (from << 2);
    const a = first + (from << 2);
    const b = second + (from << 2);
    const c = third + (from << 2);
    const wa = coefficient(table, 0);
    if (count == 1) {
      scale(y, a, wa, floats);
    } else if (count == 2) {
      add2(y, a, wa, b, coefficient(table, 1), floats);
    } else if (count == 3) {
      add3(y, a, wa, b, coefficient(table, 1), c, coefficient(table, 2), floats);
    } else {
      const wb = coefficient(table, 1);
      const wc = coefficient(table, 2);
      const sum = count == 4 ? y : scratch;
      add4(sum, a, wa, b, wb, c, wc, fourth + (from << 2), coefficient(table, 3), floats);
      if (count == 4) continue;
      let k = 4;
      for (; k + 1 < count; k += 2) {
        const d = summand(table, k, from);
        add3(sum, sum, 1, d, coefficient(table, k), summand(table, k + 1, from), coefficient(table, k + 1), floats);
      }
      if (k < count) add2(sum, sum, 1, summand(table, k, from), coefficient(table, k), floats);
      memory.copy(y, sum, floats << 2);
    }
  }
}

// @ts-ignore: decorator
@inline
function summand(table: usize, k: usize, from: usize): usize {
  return usize(load<u32>(table + (k << 3))) + (from << 2);
}

// @ts-ignore: decorator
@inline
function coefficient(table: usize, k: usize): f32 {
  return load<f32>(load<u32>(table + (k << 3), 4));
}

// @ts-ignore: decorator
@inline
function times(address: usize, w: v128): v128 {
  return f32x4.mul(v128.load(address), w);
}

// @ts-ignore: decorator
@inline
function plus(sum: v128, address: usize, w: v128): v128 {
  return multiplyAdd(sum, v128.load(address), w);
}

// @ts-ignore: decorator
@inline
function plusOne(sum: f32, address: usize, w: f32): f32 {
  return multiplyAddOne(sum, load<f32>(address), w);
}

function scale(y: usize, a: usize, wa: f32, floats: usize): void {
  const va = f32x4.splat(wa);
  const vectorEnd = y + ((floats & ~7) << 2);
  const end = y + (floats << 2);
  for (; y < vectorEnd; y += 32, a += 32) {
    const y0 = times(a, va);
    const y1 = times(a + 16, va);
    v128.store(y, y0);
    v128.store(y, y1, 16);
  }
  for (; y < end; y += 4, a += 4) store<f32>(y, load<f32>(a) * wa);
}

function add2(y: usize, a: usize, wa: f32, b: usize, wb: f32, floats: usize): void {
  const va = f32x4.splat(wa);
  const vb = f32x4.splat(wb);
  const vectorEnd = y + ((floats & ~7) << 2);
  const end = y + (floats << 2);
  for (; y < vectorEnd; y += 32, a += 32, b += 32) {
    const y0 = plus(times(a, va), b, vb);
    const y1 = plus(times(a + 16, va), b + 16, vb);
    v128.store(y, y0);
    v128.store(y, y1, 16);
  }
  for (; y < end; y += 4, a += 4, b += 4) store<f32>(y, plusOne(load<f32>(a) * wa, b, wb));
}

function add3(y: usize, a: usize, wa: f32, b: usize, wb: f32, c: usize, wc: f32, floats: usize): void {
  const va = f32x4.splat(wa);
  const vb = f32x4.splat(wb);
  const vc = f32x4.splat(wc);
  const vectorEnd = y + ((floats & ~7) << 2);
  const end = y + (floats << 2);
  for (; y < vectorEnd; y += 32, a += 32, b += 32, c += 32) {
    const y0 = plus(plus(times(a, va), b, vb), c, vc);
    const y1 = plus(plus(times(a + 16, va), b + 16, vb), c + 16, vc);
    v128.store(y, y0);
    v128.store(y, y1, 16);
  }
  for (; y < end; y += 4, a += 4, b += 4, c += 4) {
    store<f32>(y, plusOne(plusOne(load<f32>(a) * wa, b, wb), c, wc));
  }
}

function add4(
  y: usize,
  a: usize,
  wa: f32,
  b: usize,
  wb: f32,
  c: usize,
  wc: f32,
  d: usize,
  wd: f32,
  floats: usize,
): void {
  const va = f32x4.splat(wa);
  const vb = f32x4.splat(wb);
  const vc = f32x4.splat(wc);
  const vd = f32x4.splat(wd);
  const vectorEnd = y + ((floats & ~7) << 2);
  const end = y + (floats << 2);
  for (; y < vectorEnd; y += 32, a += 32, b += 32, c += 32, d += 32) {
    const ab0 = plus(times(a, va), b, vb);
    const ab1 = plus(times(a + 16, va), b + 16, vb);
    const y0 = plus(plus(ab0, c, vc), d, vd);
    const y1 = plus(plus(ab1, c + 16, vc), d + 16, vd);
    v128.store(y, y0);
    v128.store(y, y1, 16);
  }
  for (; y < end; y += 4, a += 4, b += 4, c += 4, d += 4) {
    store<f32>(y, plusOne(plusOne(plusOne(load<f32>(a) * wa, b, wb), c, wc), d, wd));
  }
}
