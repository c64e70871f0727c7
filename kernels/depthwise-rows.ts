/**
 * @file One row of output of a depthwise correlation, from a padded plane. Steps are in bytes and say how far apart output
 * pixels, their input pixels and the taps are, so stride and dilation never reach the inner loops.
 *
 * Engines move all loads of a basic block to its top; bodies are cut so that what is loaded still fits the sixteen registers.
 */
import { loadUpper, multiplyAdd, Octet, Quad, storeUpper } from "./lanes";

/**
 * 3x3, stride 1. Dilation d makes d interleaved sequences of pixels, each of them an undilated correlation.
 * @param plane where the first tap of the first output pixel reads
 */
export function row3(
  plane: usize,
  rowStep: usize,
  filter: usize,
  output: usize,
  width: usize,
  channelBytes: usize,
  dilation: usize,
  octets: bool,
): void {
  const step = dilation * channelBytes;
  const phases = min(dilation, width);
  let c: usize = 0;
  if (octets) {
    for (; c + 32 <= channelBytes; c += 32) {
      for (let phase: usize = 0; phase < phases; phase++) {
        const at = phase * channelBytes + c;
        const count = (width - phase + dilation - 1) / dilation;
        slide3<Octet>(plane + at, rowStep, filter + c, channelBytes, output + at, step, count);
      }
    }
  }
  for (; c < channelBytes; c += 16) {
    for (let phase: usize = 0; phase < phases; phase++) {
      const at = phase * channelBytes + c;
      const count = (width - phase + dilation - 1) / dilation;
      slide3<Quad>(plane + at, rowStep, filter + c, channelBytes, output + at, step, count);
    }
  }
}

/** Each column of three inputs is read once and added to the three outputs that it belongs to. */
function slide3<T>(
  p0: usize,
  rowStep: usize,
  filter: usize,
  tapStep: usize,
  output: usize,
  step: usize,
  count: usize,
): void {
  const filter1 = filter + 3 * tapStep;
  const filter2 = filter1 + 3 * tapStep;
  const a00 = v128.load(filter);
  const a01 = v128.load(filter + tapStep);
  const a02 = v128.load(filter + 2 * tapStep);
  const a10 = v128.load(filter1);
  const a11 = v128.load(filter1 + tapStep);
  const a12 = v128.load(filter1 + 2 * tapStep);
  const a20 = v128.load(filter2);
  const a21 = v128.load(filter2 + tapStep);
  const a22 = v128.load(filter2 + 2 * tapStep);
  const b00 = loadUpper<T>(filter);
  const b01 = loadUpper<T>(filter + tapStep);
  const b02 = loadUpper<T>(filter + 2 * tapStep);
  const b10 = loadUpper<T>(filter1);
  const b11 = loadUpper<T>(filter1 + tapStep);
  const b12 = loadUpper<T>(filter1 + 2 * tapStep);
  const b20 = loadUpper<T>(filter2);
  const b21 = loadUpper<T>(filter2 + tapStep);
  const b22 = loadUpper<T>(filter2 + 2 * tapStep);
  let p1 = p0 + rowStep;
  let p2 = p1 + rowStep;
  let s0 = column3(v128.load(p0), v128.load(p1), v128.load(p2), a00, a10, a20);
  let t0 = column3(loadUpper<T>(p0), loadUpper<T>(p1), loadUpper<T>(p2), b00, b10, b20);
  p0 += step;
  p1 += step;
  p2 += step;
  let x0 = v128.load(p0);
  let x1 = v128.load(p1);
  let x2 = v128.load(p2);
  let y0 = loadUpper<T>(p0);
  let y1 = loadUpper<T>(p1);
  let y2 = loadUpper<T>(p2);
  s0 = f32x4.add(s0, column3(x0, x1, x2, a01, a11, a21));
  t0 = f32x4.add(t0, column3(y0, y1, y2, b01, b11, b21));
  let s1 = column3(x0, x1, x2, a00, a10, a20);
  let t1 = column3(y0, y1, y2, b00, b10, b20);
  for (; count > 0; count--) {
    p0 += step;
    p1 += step;
    p2 += step;
    x0 = v128.load(p0);
    x1 = v128.load(p1);
    x2 = v128.load(p2);
    y0 = loadUpper<T>(p0);
    y1 = loadUpper<T>(p1);
    y2 = loadUpper<T>(p2);
    v128.store(output, f32x4.add(s0, column3(x0, x1, x2, a02, a12, a22)));
    storeUpper<T>(output, f32x4.add(t0, column3(y0, y1, y2, b02, b12, b22)));
    s0 = f32x4.add(s1, column3(x0, x1, x2, a01, a11, a21));
    t0 = f32x4.add(t1, column3(y0, y1, y2, b01, b11, b21));
    s1 = column3(x0, x1, x2, a00, a10, a20);
    t1 = column3(y0, y1, y2, b00, b10, b20);
    output += step;
  }
}

// @ts-ignore: decorator
@inline
function column3(x0: v128, x1: v128, x2: v128, w0: v128, w1: v128, w2: v128): v128 {
  return multiplyAdd(multiplyAdd(f32x4.mul(x0, w0), x1, w1), x2, w2);
}

/** 5x5, stride 1, as `row3`: the rows of the filter one after the other, the first one writes, the others add. */
export function row5(
  plane: usize,
  rowStep: usize,
  filter: usize,
  output: usize,
  width: usize,
  channelBytes: usize,
  dilation: usize,
  octets: bool,
): void {
  let c: usize = 0;
  if (octets) {
    for (; c + 32 <= channelBytes; c += 32) {
      sequences5<Octet>(plane + c, rowStep, filter + c, output + c, width, channelBytes, dilation);
    }
  }
  for (; c < channelBytes; c += 16) {
    sequences5<Quad>(plane + c, rowStep, filter + c, output + c, width, channelBytes, dilation);
  }
}

function sequences5<T>(
  plane: usize,
  rowStep: usize,
  filter: usize,
  output: usize,
  width: usize,
  channelBytes: usize,
  dilation: usize,
): void {
  const step = dilation * channelBytes;
  const phases = min(dilation, width);
  for (let phase: usize = 0; phase < phases; phase++) {
    const count = (width - phase + dilation - 1) / dilation;
    let p = plane + phase * channelBytes;
    const y = output + phase * channelBytes;
    let w = filter;
    write5<T>(p, w, channelBytes, y, step, count);
    for (let row = 1; row < 5; row++) {
      p += rowStep;
      w += 5 * channelBytes;
      add5<T>(p, w, channelBytes, y, step, count);
    }
  }
}

function write5<T>(p: usize, filter: usize, tapStep: usize, output: usize, step: usize, count: usize): void {
  slide5<T>(p, filter, tapStep, output, step, count, false);
}

function add5<T>(p: usize, filter: usize, tapStep: usize, output: usize, step: usize, count: usize): void {
  slide5<T>(p, filter, tapStep, output, step, count, true);
}

/** Taps and the last four inputs stay in registers; four outputs at a time, so that no register has to move. */
// @ts-ignore: decorator
@inline
function slide5<T>(
  p: usize,
  filter: usize,
  tapStep: usize,
  output: usize,
  step: usize,
  count: usize,
  adds: bool,
): void {
  const a0 = v128.load(filter);
  const a1 = v128.load(filter + tapStep);
  const a2 = v128.load(filter + 2 * tapStep);
  const a3 = v128.load(filter + 3 * tapStep);
  const a4 = v128.load(filter + 4 * tapStep);
  const b0 = loadUpper<T>(filter);
  const b1 = loadUpper<T>(filter + tapStep);
  const b2 = loadUpper<T>(filter + 2 * tapStep);
  const b3 = loadUpper<T>(filter + 3 * tapStep);
  const b4 = loadUpper<T>(filter + 4 * tapStep);
  let x0 = v128.load(p);
  let x1 = v128.load(p + step);
  let x2 = v128.load(p + 2 * step);
  let x3 = v128.load(p + 3 * step);
  let y0 = loadUpper<T>(p);
  let y1 = loadUpper<T>(p + step);
  let y2 = loadUpper<T>(p + 2 * step);
  let y3 = loadUpper<T>(p + 3 * step);
  p += 4 * step;
  for (; count >= 4; count -= 4) {
    const x4 = v128.load(p);
    const y4 = loadUpper<T>(p);
    put<T>(output, dot5(x0, x1, x2, x3, x4, a0, a1, a2, a3, a4), dot5(y0, y1, y2, y3, y4, b0, b1, b2, b3, b4), adds);
    p += step;
    output += step;
    const x5 = v128.load(p);
    const y5 = loadUpper<T>(p);
    put<T>(output, dot5(x1, x2, x3, x4, x5, a0, a1, a2, a3, a4), dot5(y1, y2, y3, y4, y5, b0, b1, b2, b3, b4), adds);
    p += step;
    output += step;
    const x6 = v128.load(p);
    const y6 = loadUpper<T>(p);
    put<T>(output, dot5(x2, x3, x4, x5, x6, a0, a1, a2, a3, a4), dot5(y2, y3, y4, y5, y6, b0, b1, b2, b3, b4), adds);
    p += step;
    output += step;
    const x7 = v128.load(p);
    const y7 = loadUpper<T>(p);
    put<T>(output, dot5(x3, x4, x5, x6, x7, a0, a1, a2, a3, a4), dot5(y3, y4, y5, y6, y7, b0, b1, b2, b3, b4), adds);
    p += step;
    output += step;
    x0 = x4;
    x1 = x5;
    x2 = x6;
    x3 = x7;
    y0 = y4;
    y1 = y5;
    y2 = y6;
    y3 = y7;
  }
  for (; count > 0; count--) {
    const x4 = v128.load(p);
    const y4 = loadUpper<T>(p);
    put<T>(output, dot5(x0, x1, x2, x3, x4, a0, a1, a2, a3, a4), dot5(y0, y1, y2, y3, y4, b0, b1, b2, b3, b4), adds);
    p += step;
    output += step;
    x0 = x1;
    x1 = x2;
    x2 = x3;
    x3 = x4;
    y0 = y1;
    y1 = y2;
    y2 = y3;
    y3 = y4;
  }
}

// @ts-ignore: decorator
@inline
function put<T>(output: usize, lower: v128, upper: v128, adds: bool): void {
  if (adds) {
    lower = f32x4.add(v128.load(output), lower);
    upper = f32x4.add(loadUpper<T>(output), upper);
  }
  v128.store(output, lower);
  storeUpper<T>(output, upper);
}

// @ts-ignore: decorator
@inline
function dot5(
  x0: v128,
  x1: v128,
  x2: v128,
  x3: v128,
  x4: v128,
  w0: v128,
  w1: v128,
  w2: v128,
  w3: v128,
  w4: v128,
): v128 {
  const left = multiplyAdd(f32x4.mul(x0, w0), x1, w1);
  const right = multiplyAdd(f32x4.mul(x2, w2), x3, w3);
  return multiplyAdd(f32x4.add(left, right), x4, w4);
}

/**
 * Any taps: `tapRows` x `tapColumns` of them, two output pixels at a time.
 * @param pixelStep between the inputs of neighbouring outputs
 * @param outputStep between neighbouring outputs
 */
export function rowOfTaps(
  plane: usize,
  pixelStep: usize,
  tapRowStep: usize,
  tapStep: usize,
  tapRows: usize,
  tapColumns: usize,
  filter: usize,
  filterRowStep: usize,
  filterStep: usize,
  output: usize,
  outputStep: usize,
  count: usize,
  channelBytes: usize,
): void {
  const pairEnd = plane + (count & ~1) * pixelStep;
  for (let p = plane; p < pairEnd; p += 2 * pixelStep, output += 2 * outputStep) {
    let c: usize = 0;
    for (; c + 32 <= channelBytes; c += 32) {
      twoPixels<Octet>(p + c, pixelStep, tapRowStep, tapStep, tapRows, tapColumns, filter + c, filterRowStep, filterStep, output + c, outputStep);
    }
    if (c < channelBytes) {
      twoPixels<Quad>(p + c, pixelStep, tapRowStep, tapStep, tapRows, tapColumns, filter + c, filterRowStep, filterStep, output + c, outputStep);
    }
  }
  if ((count & 1) == 0) return;
  for (let c: usize = 0; c < channelBytes; c += 16) {
    let sum = f32x4.splat(0);
    for (let row: usize = 0; row < tapRows; row++) {
      let x = pairEnd + c + row * tapRowStep;
      let w = filter + c + row * filterRowStep;
      for (let column: usize = 0; column < tapColumns; column++, x += tapStep, w += filterStep) {
        sum = multiplyAdd(sum, v128.load(x), v128.load(w));
      }
    }
    v128.store(output + c, sum);
  }
}

// @ts-ignore: decorator
@inline
function twoPixels<T>(
  plane: usize,
  pixelStep: usize,
  tapRowStep: usize,
  tapStep: usize,
  tapRows: usize,
  tapColumns: usize,
  filter: usize,
  filterRowStep: usize,
  filterStep: usize,
  output: usize,
  outputStep: usize,
): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let t0 = s0;
  let t1 = s0;
  for (let row: usize = 0; row < tapRows; row++) {
    let p = plane;
    let w = filter;
    for (let column: usize = 0; column < tapColumns; column++) {
      const a = v128.load(w);
      const b = loadUpper<T>(w);
      s0 = multiplyAdd(s0, v128.load(p), a);
      t0 = multiplyAdd(t0, loadUpper<T>(p), b);
      s1 = multiplyAdd(s1, v128.load(p + pixelStep), a);
      t1 = multiplyAdd(t1, loadUpper<T>(p + pixelStep), b);
      p += tapStep;
      w += filterStep;
    }
    plane += tapRowStep;
    filter += filterRowStep;
  }
  v128.store(output, s0);
  storeUpper<T>(output, t0);
  v128.store(output + outputStep, s1);
  storeUpper<T>(output + outputStep, t1);
}
