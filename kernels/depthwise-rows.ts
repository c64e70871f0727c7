/**
 * @file Rows of output of a depthwise correlation, from a padded plane. Steps are in bytes and say how far apart
 * output pixels, their input pixels and the taps are, so stride and dilation never reach the inner loops.
 *
 * Engines move all loads of a basic block to its top; bodies are cut so that what is loaded still fits the sixteen
 * registers.
 */
import { loadUpper, multiplyAdd, Octet, Quad, storeUpper } from "./lanes";

/** Rows to be done by one call of `correlate`, so that taps are not loaded for a few pixels only. */
// @ts-ignore: decorator
@inline
export function rowsAtOnce(width: usize, dilation: usize): usize {
  return (32 * dilation + width - 1) / width;
}

/**
 * 3x3 or 5x5, stride 1, some rows of output. Dilation d makes d interleaved sequences of pixels, each of them an
 * undilated correlation.
 * @param plane where the first tap of the first output pixel reads
 */
export function correlate(
  plane: usize,
  planeRow: usize,
  size: usize,
  filter: usize,
  output: usize,
  rows: usize,
  width: usize,
  channelBytes: usize,
  dilation: usize,
  octets: bool,
): void {
  let c: usize = 0;
  if (octets) {
    for (; c + 32 <= channelBytes; c += 32) {
      sequences<Octet>(plane + c, planeRow, size, filter + c, output + c, rows, width, channelBytes, dilation);
    }
  }
  for (; c < channelBytes; c += 16) {
    sequences<Quad>(plane + c, planeRow, size, filter + c, output + c, rows, width, channelBytes, dilation);
  }
}

function sequences<T>(
  plane: usize,
  planeRow: usize,
  size: usize,
  filter: usize,
  output: usize,
  rows: usize,
  width: usize,
  channelBytes: usize,
  dilation: usize,
): void {
  const step = dilation * channelBytes;
  const tapRow = dilation * planeRow;
  const outputRow = width * channelBytes;
  for (let phase: usize = 0; phase < min(dilation, width); phase++) {
    const count = (width - phase + dilation - 1) / dilation;
    let p = plane + phase * channelBytes;
    const y = output + phase * channelBytes;
    if (size == 3) {
      for (let row: usize = 0; row < rows; row++) {
        slide3<T>(p + row * planeRow, tapRow, filter, channelBytes, y + row * outputRow, step, count);
      }
      continue;
    }
    let taps = filter;
    write5<T>(p, planeRow, taps, channelBytes, y, outputRow, rows, step, count);
    for (let row = 1; row < 5; row++) {
      p += tapRow;
      taps += 5 * channelBytes;
      add5<T>(p, planeRow, taps, channelBytes, y, outputRow, rows, step, count);
    }
  }
}

/**
 * Nine taps stay in registers; each column of three inputs is read once and added to the three outputs that it belongs
 * to.
 */
function slide3<T>(
  p0: usize,
  tapRow: usize,
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
  let p1 = p0 + tapRow;
  let p2 = p1 + tapRow;
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
  s0 = addColumn3(s0, x0, x1, x2, a01, a11, a21);
  t0 = addColumn3(t0, y0, y1, y2, b01, b11, b21);
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
    v128.store(output, addColumn3(s0, x0, x1, x2, a02, a12, a22));
    storeUpper<T>(output, addColumn3(t0, y0, y1, y2, b02, b12, b22));
    s0 = addColumn3(s1, x0, x1, x2, a01, a11, a21);
    t0 = addColumn3(t1, y0, y1, y2, b01, b11, b21);
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

/** Fused, a sum that goes on is an operation less than one that is added. */
// @ts-ignore: decorator
@inline
function addColumn3(sum: v128, x0: v128, x1: v128, x2: v128, w0: v128, w1: v128, w2: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return multiplyAdd(multiplyAdd(multiplyAdd(sum, x0, w0), x1, w1), x2, w2);
  return f32x4.add(sum, column3(x0, x1, x2, w0, w1, w2));
}

/** The first row of a 5x5 filter writes the output, the others add to it. */
function write5<T>(
  plane: usize,
  planeRow: usize,
  filter: usize,
  tapStep: usize,
  output: usize,
  outputRow: usize,
  rows: usize,
  step: usize,
  count: usize,
): void {
  slide5<T>(plane, planeRow, filter, tapStep, output, outputRow, rows, step, count, false);
}

function add5<T>(
  plane: usize,
  planeRow: usize,
  filter: usize,
  tapStep: usize,
  output: usize,
  outputRow: usize,
  rows: usize,
  step: usize,
  count: usize,
): void {
  slide5<T>(plane, planeRow, filter, tapStep, output, outputRow, rows, step, count, true);
}

/** Taps and the last four inputs stay in registers; four outputs at a time, so that no register has to move. */
// @ts-ignore: decorator
@inline
function slide5<T>(
  plane: usize,
  planeRow: usize,
  filter: usize,
  tapStep: usize,
  output: usize,
  outputRow: usize,
  rows: usize,
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
  for (; rows > 0; rows--, plane += planeRow, output += outputRow) {
    let p = plane;
    let o = output;
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
    for (; left >= 4; left -= 4) {
      const x4 = v128.load(p);
      const y4 = loadUpper<T>(p);
      put<T>(o, dot5(before(o, adds), x0, x1, x2, x3, x4, a0, a1, a2, a3, a4, adds), dot5(beforeUpper<T>(o, adds), y0, y1, y2, y3, y4, b0, b1, b2, b3, b4, adds));
      p += step;
      o += step;
      const x5 = v128.load(p);
      const y5 = loadUpper<T>(p);
      put<T>(o, dot5(before(o, adds), x1, x2, x3, x4, x5, a0, a1, a2, a3, a4, adds), dot5(beforeUpper<T>(o, adds), y1, y2, y3, y4, y5, b0, b1, b2, b3, b4, adds));
      p += step;
      o += step;
      const x6 = v128.load(p);
      const y6 = loadUpper<T>(p);
      put<T>(o, dot5(before(o, adds), x2, x3, x4, x5, x6, a0, a1, a2, a3, a4, adds), dot5(beforeUpper<T>(o, adds), y2, y3, y4, y5, y6, b0, b1, b2, b3, b4, adds));
      p += step;
      o += step;
      const x7 = v128.load(p);
      const y7 = loadUpper<T>(p);
      put<T>(o, dot5(before(o, adds), x3, x4, x5, x6, x7, a0, a1, a2, a3, a4, adds), dot5(beforeUpper<T>(o, adds), y3, y4, y5, y6, y7, b0, b1, b2, b3, b4, adds));
      p += step;
      o += step;
      x0 = x4;
      x1 = x5;
      x2 = x6;
      x3 = x7;
      y0 = y4;
      y1 = y5;
      y2 = y6;
      y3 = y7;
    }
    for (; left > 0; left--) {
      const x4 = v128.load(p);
      const y4 = loadUpper<T>(p);
      put<T>(o, dot5(before(o, adds), x0, x1, x2, x3, x4, a0, a1, a2, a3, a4, adds), dot5(beforeUpper<T>(o, adds), y0, y1, y2, y3, y4, b0, b1, b2, b3, b4, adds));
      p += step;
      o += step;
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
}

// @ts-ignore: decorator
@inline
function before(output: usize, adds: bool): v128 {
  if (adds) return v128.load(output);
  return f32x4.splat(0);
}

// @ts-ignore: decorator
@inline
function beforeUpper<T>(output: usize, adds: bool): v128 {
  if (adds) return loadUpper<T>(output);
  return f32x4.splat(0);
}

// @ts-ignore: decorator
@inline
function put<T>(output: usize, lower: v128, upper: v128): void {
  v128.store(output, lower);
  storeUpper<T>(output, upper);
}

/** Five products, and `sum` if `adds`. Fused, one sum of all is the shortest. */
// @ts-ignore: decorator
@inline
function dot5(
  sum: v128,
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
  adds: bool,
): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    const first = adds ? multiplyAdd(sum, x0, w0) : f32x4.mul(x0, w0);
    return multiplyAdd(multiplyAdd(multiplyAdd(multiplyAdd(first, x1, w1), x2, w2), x3, w3), x4, w4);
  }
  const left = multiplyAdd(f32x4.mul(x0, w0), x1, w1);
  const right = multiplyAdd(f32x4.mul(x2, w2), x3, w3);
  const products = multiplyAdd(f32x4.add(left, right), x4, w4);
  return adds ? f32x4.add(sum, products) : products;
}
