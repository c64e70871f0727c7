/**
 * @file What rows of a cotangent add to the gradient of a depthwise filter. Some rows are summed in registers and then
 * added to the partial sums of its group, so float32 errors stay those of short sums.
 */
import { loadUpper, multiplyAdd, Octet, Quad, storeUpper } from "./lanes";

/**
 * 3x3 or 5x5, stride 1, some rows of the cotangent, one row of the filter at a time. Dilation d makes d interleaved
 * sequences of pixels.
 * @param plane where the first tap of the first cotangent reads
 */
export function addProducts(
  plane: usize,
  planeRow: usize,
  size: usize,
  cotangent: usize,
  partial: usize,
  rows: usize,
  width: usize,
  channelBytes: usize,
  dilation: usize,
  octets: bool,
): void {
  let c: usize = 0;
  if (octets) {
    for (; c + 32 <= channelBytes; c += 32) {
      sequences<Octet>(plane + c, planeRow, size, cotangent + c, partial + c, rows, width, channelBytes, dilation);
    }
  }
  for (; c < channelBytes; c += 16) {
    sequences<Quad>(plane + c, planeRow, size, cotangent + c, partial + c, rows, width, channelBytes, dilation);
  }
}

function sequences<T>(
  plane: usize,
  planeRow: usize,
  size: usize,
  cotangent: usize,
  partial: usize,
  rows: usize,
  width: usize,
  channelBytes: usize,
  dilation: usize,
): void {
  const step = dilation * channelBytes;
  const dyRow = width * channelBytes;
  for (let phase: usize = 0; phase < min(dilation, width); phase++) {
    const count = (width - phase + dilation - 1) / dilation;
    let p = plane + phase * channelBytes;
    const dy = cotangent + phase * channelBytes;
    let sums = partial;
    for (let row: usize = 0; row < size; row++) {
      if (size == 3) products3<T>(p, planeRow, dy, dyRow, rows, step, count, sums, channelBytes);
      else products5<T>(p, planeRow, dy, dyRow, rows, step, count, sums, channelBytes);
      p += dilation * planeRow;
      sums += size * channelBytes;
    }
  }
}

/** Three cotangents at a time: their products with a tap's inputs are added up before they join the tap's sum. */
function products3<T>(
  plane: usize,
  planeRow: usize,
  cotangent: usize,
  dyRow: usize,
  rows: usize,
  step: usize,
  count: usize,
  partial: usize,
  tapStep: usize,
): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  for (; rows > 0; rows--, plane += planeRow, cotangent += dyRow) {
    let p = plane;
    let dy = cotangent;
    let x0 = v128.load(p);
    let x1 = v128.load(p + step);
    let y0 = loadUpper<T>(p);
    let y1 = loadUpper<T>(p + step);
    p += 2 * step;
    let left = count;
    for (; left >= 3; left -= 3) {
      const d0 = v128.load(dy);
      const e0 = loadUpper<T>(dy);
      dy += step;
      const d1 = v128.load(dy);
      const e1 = loadUpper<T>(dy);
      dy += step;
      const d2 = v128.load(dy);
      const e2 = loadUpper<T>(dy);
      dy += step;
      const x2 = v128.load(p);
      const y2 = loadUpper<T>(p);
      p += step;
      const x3 = v128.load(p);
      const y3 = loadUpper<T>(p);
      p += step;
      const x4 = v128.load(p);
      const y4 = loadUpper<T>(p);
      p += step;
      a0 = f32x4.add(a0, dot3(x0, x1, x2, d0, d1, d2));
      b0 = f32x4.add(b0, dot3(y0, y1, y2, e0, e1, e2));
      a1 = f32x4.add(a1, dot3(x1, x2, x3, d0, d1, d2));
      b1 = f32x4.add(b1, dot3(y1, y2, y3, e0, e1, e2));
      a2 = f32x4.add(a2, dot3(x2, x3, x4, d0, d1, d2));
      b2 = f32x4.add(b2, dot3(y2, y3, y4, e0, e1, e2));
      x0 = x3;
      x1 = x4;
      y0 = y3;
      y1 = y4;
    }
    for (; left > 0; left--) {
      const d = v128.load(dy);
      const e = loadUpper<T>(dy);
      const x2 = v128.load(p);
      const y2 = loadUpper<T>(p);
      a0 = multiplyAdd(a0, x0, d);
      b0 = multiplyAdd(b0, y0, e);
      a1 = multiplyAdd(a1, x1, d);
      b1 = multiplyAdd(b1, y1, e);
      a2 = multiplyAdd(a2, x2, d);
      b2 = multiplyAdd(b2, y2, e);
      x0 = x1;
      x1 = x2;
      y0 = y1;
      y1 = y2;
      dy += step;
      p += step;
    }
  }
  addTo<T>(partial, a0, b0);
  partial += tapStep;
  addTo<T>(partial, a1, b1);
  partial += tapStep;
  addTo<T>(partial, a2, b2);
}

// @ts-ignore: decorator
@inline
function dot3(x0: v128, x1: v128, x2: v128, w0: v128, w1: v128, w2: v128): v128 {
  return multiplyAdd(multiplyAdd(f32x4.mul(x0, w0), x1, w1), x2, w2);
}

function products5<T>(
  plane: usize,
  planeRow: usize,
  cotangent: usize,
  dyRow: usize,
  rows: usize,
  step: usize,
  count: usize,
  partial: usize,
  tapStep: usize,
): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let a3 = zero;
  let a4 = zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  let b3 = zero;
  let b4 = zero;
  for (; rows > 0; rows--, plane += planeRow, cotangent += dyRow) {
    let p = plane;
    let dy = cotangent;
    let x0 = v128.load(p);
    let x1 = v128.load(p + step);
    let x2 = v128.load(p + 2 * step);
    let x3 = v128.load(p + 3 * step);
    let y0 = loadUpper<T>(p);
    let y1 = loadUpper<T>(p + step);
    let y2 = loadUpper<T>(p + 2 * step);
    let y3 = loadUpper<T>(p + 3 * step);
    p += 4 * step;
    let left = count;
    for (; left > 0; left--) {
      const d = v128.load(dy);
      const e = loadUpper<T>(dy);
      const x4 = v128.load(p);
      const y4 = loadUpper<T>(p);
      a0 = multiplyAdd(a0, x0, d);
      b0 = multiplyAdd(b0, y0, e);
      a1 = multiplyAdd(a1, x1, d);
      b1 = multiplyAdd(b1, y1, e);
      a2 = multiplyAdd(a2, x2, d);
      b2 = multiplyAdd(b2, y2, e);
      a3 = multiplyAdd(a3, x3, d);
      b3 = multiplyAdd(b3, y3, e);
      a4 = multiplyAdd(a4, x4, d);
      b4 = multiplyAdd(b4, y4, e);
      x0 = x1;
      x1 = x2;
      x2 = x3;
      x3 = x4;
      y0 = y1;
      y1 = y2;
      y2 = y3;
      y3 = y4;
      dy += step;
      p += step;
    }
  }
  addTo<T>(partial, a0, b0);
  partial += tapStep;
  addTo<T>(partial, a1, b1);
  partial += tapStep;
  addTo<T>(partial, a2, b2);
  partial += tapStep;
  addTo<T>(partial, a3, b3);
  partial += tapStep;
  addTo<T>(partial, a4, b4);
}

// @ts-ignore: decorator
@inline
export function addTo<T>(partial: usize, lower: v128, upper: v128): void {
  const a = f32x4.add(v128.load(partial), lower);
  const b = f32x4.add(loadUpper<T>(partial), upper);
  v128.store(partial, a);
  storeUpper<T>(partial, b);
}
