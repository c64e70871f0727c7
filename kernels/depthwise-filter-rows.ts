/**
 * @file What one row of a cotangent adds to the gradient of a depthwise filter. A row is summed in registers and then added to
 * the partial sums of its group, so float32 errors stay those of short sums.
 */
import { loadUpper, multiplyAdd, Octet, Quad, storeUpper } from "./lanes";

/** 3x3, stride 1; steps as in depthwise-rows.ts. */
export function filterRow3(
  plane: usize,
  rowStep: usize,
  cotangent: usize,
  partial: usize,
  width: usize,
  channelBytes: usize,
  dilation: usize,
  octets: bool,
): void {
  const phases = min(dilation, width);
  let c: usize = 0;
  if (octets) {
    for (; c + 32 <= channelBytes; c += 32) {
      for (let phase: usize = 0; phase < phases; phase++) {
        const at = phase * channelBytes + c;
        const count = (width - phase + dilation - 1) / dilation;
        products3<Octet>(plane + at, rowStep, cotangent + at, dilation * channelBytes, count, partial + c, channelBytes);
      }
    }
  }
  for (; c < channelBytes; c += 16) {
    for (let phase: usize = 0; phase < phases; phase++) {
      const at = phase * channelBytes + c;
      const count = (width - phase + dilation - 1) / dilation;
      products3<Quad>(plane + at, rowStep, cotangent + at, dilation * channelBytes, count, partial + c, channelBytes);
    }
  }
}

/** Each column of three inputs is read once and meets the three cotangents that it belongs to. */
function products3<T>(
  p0: usize,
  rowStep: usize,
  cotangent: usize,
  step: usize,
  count: usize,
  partial: usize,
  tapStep: usize,
): void {
  const zero = f32x4.splat(0);
  let p1 = p0 + rowStep;
  let p2 = p1 + rowStep;
  let a00 = zero;
  let a01 = zero;
  let a02 = zero;
  let a10 = zero;
  let a11 = zero;
  let a12 = zero;
  let a20 = zero;
  let a21 = zero;
  let a22 = zero;
  let b00 = zero;
  let b01 = zero;
  let b02 = zero;
  let b10 = zero;
  let b11 = zero;
  let b12 = zero;
  let b20 = zero;
  let b21 = zero;
  let b22 = zero;
  let d1 = zero;
  let d2 = zero;
  let e1 = zero;
  let e2 = zero;
  for (; count > 0; count--) {
    const d0 = v128.load(cotangent);
    const e0 = loadUpper<T>(cotangent);
    const x0 = v128.load(p0);
    const y0 = loadUpper<T>(p0);
    const x1 = v128.load(p1);
    const y1 = loadUpper<T>(p1);
    const x2 = v128.load(p2);
    const y2 = loadUpper<T>(p2);
    a00 = multiplyAdd(a00, x0, d0);
    b00 = multiplyAdd(b00, y0, e0);
    a01 = multiplyAdd(a01, x0, d1);
    b01 = multiplyAdd(b01, y0, e1);
    a02 = multiplyAdd(a02, x0, d2);
    b02 = multiplyAdd(b02, y0, e2);
    a10 = multiplyAdd(a10, x1, d0);
    b10 = multiplyAdd(b10, y1, e0);
    a11 = multiplyAdd(a11, x1, d1);
    b11 = multiplyAdd(b11, y1, e1);
    a12 = multiplyAdd(a12, x1, d2);
    b12 = multiplyAdd(b12, y1, e2);
    a20 = multiplyAdd(a20, x2, d0);
    b20 = multiplyAdd(b20, y2, e0);
    a21 = multiplyAdd(a21, x2, d1);
    b21 = multiplyAdd(b21, y2, e1);
    a22 = multiplyAdd(a22, x2, d2);
    b22 = multiplyAdd(b22, y2, e2);
    d2 = d1;
    d1 = d0;
    e2 = e1;
    e1 = e0;
    p0 += step;
    p1 += step;
    p2 += step;
    cotangent += step;
  }
  const q0 = p0 + step;
  const q1 = p1 + step;
  const q2 = p2 + step;
  addTo<T>(partial, a00, b00);
  partial += tapStep;
  edge1<T>(partial, p0, a01, b01, d1, e1);
  partial += tapStep;
  edge2<T>(partial, p0, q0, a02, b02, d1, e1, d2, e2);
  partial += tapStep;
  addTo<T>(partial, a10, b10);
  partial += tapStep;
  edge1<T>(partial, p1, a11, b11, d1, e1);
  partial += tapStep;
  edge2<T>(partial, p1, q1, a12, b12, d1, e1, d2, e2);
  partial += tapStep;
  addTo<T>(partial, a20, b20);
  partial += tapStep;
  edge1<T>(partial, p2, a21, b21, d1, e1);
  partial += tapStep;
  edge2<T>(partial, p2, q2, a22, b22, d1, e1, d2, e2);
}

/** The middle tap still meets the input after the row's end. */
// @ts-ignore: decorator
@inline
function edge1<T>(partial: usize, p: usize, a: v128, b: v128, d: v128, e: v128): void {
  addTo<T>(partial, multiplyAdd(a, v128.load(p), d), multiplyAdd(b, loadUpper<T>(p), e));
}

/** The last tap meets two inputs after the row's end. */
// @ts-ignore: decorator
@inline
function edge2<T>(
  partial: usize,
  p: usize,
  q: usize,
  a: v128,
  b: v128,
  d1: v128,
  e1: v128,
  d2: v128,
  e2: v128,
): void {
  const lower = multiplyAdd(multiplyAdd(a, v128.load(p), d2), v128.load(q), d1);
  const upper = multiplyAdd(multiplyAdd(b, loadUpper<T>(p), e2), loadUpper<T>(q), e1);
  addTo<T>(partial, lower, upper);
}

/** 5x5, stride 1: one row of the filter at a time, its last four inputs in registers. */
export function filterRow5(
  plane: usize,
  rowStep: usize,
  cotangent: usize,
  partial: usize,
  width: usize,
  channelBytes: usize,
  dilation: usize,
  octets: bool,
): void {
  let c: usize = 0;
  if (octets) {
    for (; c + 32 <= channelBytes; c += 32) {
      sequences5<Octet>(plane + c, rowStep, cotangent + c, partial + c, width, channelBytes, dilation);
    }
  }
  for (; c < channelBytes; c += 16) {
    sequences5<Quad>(plane + c, rowStep, cotangent + c, partial + c, width, channelBytes, dilation);
  }
}

function sequences5<T>(
  plane: usize,
  rowStep: usize,
  cotangent: usize,
  partial: usize,
  width: usize,
  channelBytes: usize,
  dilation: usize,
): void {
  const step = dilation * channelBytes;
  const phases = min(dilation, width);
  for (let phase: usize = 0; phase < phases; phase++) {
    const count = (width - phase + dilation - 1) / dilation;
    const at = phase * channelBytes;
    let p = plane + at;
    let sums = partial;
    for (let row = 0; row < 5; row++) {
      products5<T>(p, cotangent + at, step, count, sums, channelBytes);
      p += rowStep;
      sums += 5 * channelBytes;
    }
  }
}

function products5<T>(p: usize, cotangent: usize, step: usize, count: usize, partial: usize, tapStep: usize): void {
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
  let x0 = v128.load(p);
  let x1 = v128.load(p + step);
  let x2 = v128.load(p + 2 * step);
  let x3 = v128.load(p + 3 * step);
  let y0 = loadUpper<T>(p);
  let y1 = loadUpper<T>(p + step);
  let y2 = loadUpper<T>(p + 2 * step);
  let y3 = loadUpper<T>(p + 3 * step);
  p += 4 * step;
  for (; count > 0; count--) {
    const d = v128.load(cotangent);
    const e = loadUpper<T>(cotangent);
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
    cotangent += step;
    p += step;
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

/** Any taps: three at a time, then one by one. */
export function filterRowOfTaps(
  plane: usize,
  pixelStep: usize,
  tapRowStep: usize,
  tapStep: usize,
  size: usize,
  cotangent: usize,
  partial: usize,
  width: usize,
  channelBytes: usize,
): void {
  for (let row: usize = 0; row < size; row++) {
    let p = plane + row * tapRowStep;
    let column: usize = 0;
    for (; column + 3 <= size; column += 3) {
      let c: usize = 0;
      for (; c + 32 <= channelBytes; c += 32) {
        threeTaps<Octet>(p + c, pixelStep, tapStep, cotangent + c, partial + c, width, channelBytes);
      }
      if (c < channelBytes) threeTaps<Quad>(p + c, pixelStep, tapStep, cotangent + c, partial + c, width, channelBytes);
      p += 3 * tapStep;
      partial += 3 * channelBytes;
    }
    for (; column < size; column++) {
      for (let c: usize = 0; c < channelBytes; c += 16) {
        oneTap(p + c, pixelStep, cotangent + c, partial + c, width, channelBytes);
      }
      p += tapStep;
      partial += channelBytes;
    }
  }
}

function threeTaps<T>(
  p0: usize,
  pixelStep: usize,
  tapStep: usize,
  cotangent: usize,
  partial: usize,
  count: usize,
  channelBytes: usize,
): void {
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  let p1 = p0 + tapStep;
  let p2 = p1 + tapStep;
  for (; count > 0; count--) {
    const d = v128.load(cotangent);
    const e = loadUpper<T>(cotangent);
    a0 = multiplyAdd(a0, v128.load(p0), d);
    b0 = multiplyAdd(b0, loadUpper<T>(p0), e);
    a1 = multiplyAdd(a1, v128.load(p1), d);
    b1 = multiplyAdd(b1, loadUpper<T>(p1), e);
    a2 = multiplyAdd(a2, v128.load(p2), d);
    b2 = multiplyAdd(b2, loadUpper<T>(p2), e);
    p0 += pixelStep;
    p1 += pixelStep;
    p2 += pixelStep;
    cotangent += channelBytes;
  }
  addTo<T>(partial, a0, b0);
  addTo<T>(partial + channelBytes, a1, b1);
  addTo<T>(partial + 2 * channelBytes, a2, b2);
}

function oneTap(p: usize, pixelStep: usize, cotangent: usize, partial: usize, count: usize, channelBytes: usize): void {
  let sum = f32x4.splat(0);
  for (; count > 0; count--, p += pixelStep, cotangent += channelBytes) {
    sum = multiplyAdd(sum, v128.load(p), v128.load(cotangent));
  }
  v128.store(partial, f32x4.add(v128.load(partial), sum));
}

// @ts-ignore: decorator
@inline
function addTo<T>(partial: usize, lower: v128, upper: v128): void {
  v128.store(partial, f32x4.add(v128.load(partial), lower));
  storeUpper<T>(partial, f32x4.add(loadUpper<T>(partial), upper));
}
