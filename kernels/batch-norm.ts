/**
 * @file Batch norm. Each group of images is one list of pixels, cut into chunks that fit the first-level cache. Of a
 * chunk the mean and the squared deviations from it are summed in float32, in two readings; chunks, then groups, are
 * merged in float64, in a fixed order (Chan, Golub, LeVeque 1979). Normalising is output = a input + b; a and b are
 * the two vectors of `line`, made anew by each call.
 */
import { chunkPixels, groupStart } from "./partition";

/** Bytes of a chunk when statistics are gathered. */
const STATISTICS_CHUNK = 16384;

/** Bytes of a chunk when it is read and written. */
const OUTPUT_CHUNK = 8192;

/** Writes the means and the sums of squared deviations of a group, 2 C float64, to partials[group]. */
export function batchNormStatistics(
  scratch: usize,
  input: usize,
  partials: usize,
  pixels: i32,
  channels: i32,
  group: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const means = partials + ((group * channels) << 4);
  const squares = means + (channels << 3);
  memory.fill(means, 0, channels << 4);
  const stride: usize = channels << 2;
  const total = i32(endImage - firstImage) * pixels;
  const chunk = chunkPixels(channels, STATISTICS_CHUNK);
  let x = input + firstImage * pixels * stride;
  for (let from = 0; from < total; from += chunk) {
    const count = min(chunk, total - from);
    const weight = f64(count) / f64(from + count);
    const cross = f64(from) * weight;
    let c: usize = 0;
    for (; c + 32 <= stride; c += 32) {
      mergeChunk8(x + c, stride, count, means + (c << 1), squares + (c << 1), weight, cross);
    }
    if (c < stride) mergeChunk4(x + c, stride, count, means + (c << 1), squares + (c << 1), weight, cross);
    x += stride * count;
  }
}

function mergeChunk8(
  x: usize,
  stride: usize,
  count: usize,
  means: usize,
  squares: usize,
  weight: f64,
  cross: f64,
): void {
  const zero = f32x4.splat(0);
  const blockEnd = x + (count & ~3) * stride;
  const end = x + count * stride;
  let a0 = zero;
  let a1 = zero;
  let b0 = zero;
  let b1 = zero;
  let c0 = zero;
  let c1 = zero;
  let d0 = zero;
  let d1 = zero;
  let p = x;
  for (; p < blockEnd; p += stride << 2) {
    const p2 = p + (stride << 1);
    a0 = f32x4.add(a0, v128.load(p));
    a1 = f32x4.add(a1, v128.load(p, 16));
    b0 = f32x4.add(b0, v128.load(p + stride));
    b1 = f32x4.add(b1, v128.load(p + stride, 16));
    c0 = f32x4.add(c0, v128.load(p2));
    c1 = f32x4.add(c1, v128.load(p2, 16));
    d0 = f32x4.add(d0, v128.load(p2 + stride));
    d1 = f32x4.add(d1, v128.load(p2 + stride, 16));
  }
  for (; p < end; p += stride) {
    a0 = f32x4.add(a0, v128.load(p));
    a1 = f32x4.add(a1, v128.load(p, 16));
  }
  const reciprocal = f32x4.splat(<f32>1 / f32(count));
  const mean0 = f32x4.mul(f32x4.add(f32x4.add(a0, b0), f32x4.add(c0, d0)), reciprocal);
  const mean1 = f32x4.mul(f32x4.add(f32x4.add(a1, b1), f32x4.add(c1, d1)), reciprocal);
  a0 = zero;
  a1 = zero;
  b0 = zero;
  b1 = zero;
  c0 = zero;
  c1 = zero;
  d0 = zero;
  d1 = zero;
  p = x;
  for (; p < blockEnd; p += stride << 2) {
    const p2 = p + (stride << 1);
    a0 = f32x4.add(a0, squareOf(p, mean0));
    a1 = f32x4.add(a1, squareOf(p + 16, mean1));
    b0 = f32x4.add(b0, squareOf(p + stride, mean0));
    b1 = f32x4.add(b1, squareOf(p + stride + 16, mean1));
    c0 = f32x4.add(c0, squareOf(p2, mean0));
    c1 = f32x4.add(c1, squareOf(p2 + 16, mean1));
    d0 = f32x4.add(d0, squareOf(p2 + stride, mean0));
    d1 = f32x4.add(d1, squareOf(p2 + stride + 16, mean1));
  }
  for (; p < end; p += stride) {
    a0 = f32x4.add(a0, squareOf(p, mean0));
    a1 = f32x4.add(a1, squareOf(p + 16, mean1));
  }
  const squares0 = f32x4.add(f32x4.add(a0, b0), f32x4.add(c0, d0));
  const squares1 = f32x4.add(f32x4.add(a1, b1), f32x4.add(c1, d1));
  merge4(means, squares, mean0, squares0, weight, cross);
  merge4(means + 32, squares + 32, mean1, squares1, weight, cross);
}

function mergeChunk4(
  x: usize,
  stride: usize,
  count: usize,
  means: usize,
  squares: usize,
  weight: f64,
  cross: f64,
): void {
  const zero = f32x4.splat(0);
  const pairEnd = x + (count & ~1) * stride;
  let a = zero;
  let b = zero;
  let p = x;
  for (; p < pairEnd; p += stride << 1) {
    a = f32x4.add(a, v128.load(p));
    b = f32x4.add(b, v128.load(p + stride));
  }
  if (count & 1) a = f32x4.add(a, v128.load(p));
  const mean = f32x4.mul(f32x4.add(a, b), f32x4.splat(<f32>1 / f32(count)));
  a = zero;
  b = zero;
  for (p = x; p < pairEnd; p += stride << 1) {
    a = f32x4.add(a, squareOf(p, mean));
    b = f32x4.add(b, squareOf(p + stride, mean));
  }
  if (count & 1) a = f32x4.add(a, squareOf(p, mean));
  merge4(means, squares, mean, f32x4.add(a, b), weight, cross);
}

// @ts-ignore: decorator
@inline
function squareOf(address: usize, mean: v128): v128 {
  const difference = f32x4.sub(v128.load(address), mean);
  return f32x4.mul(difference, difference);
}

// @ts-ignore: decorator
@inline
function merge4(means: usize, squares: usize, mean: v128, square: v128, weight: f64, cross: f64): void {
  merge2(means, squares, f64x2.promote_low_f32x4(mean), f64x2.promote_low_f32x4(square), weight, cross);
  const highMean = f64x2.promote_low_f32x4(v128.shuffle<i64>(mean, mean, 1, 0));
  const highSquare = f64x2.promote_low_f32x4(v128.shuffle<i64>(square, square, 1, 0));
  merge2(means + 16, squares + 16, highMean, highSquare, weight, cross);
}

// @ts-ignore: decorator
@inline
function merge2(means: usize, squares: usize, mean: v128, square: v128, weight: f64, cross: f64): void {
  const known = v128.load(means);
  const step = f64x2.sub(mean, known);
  v128.store(means, f64x2.add(known, f64x2.mul(step, f64x2.splat(weight))));
  const between = f64x2.mul(f64x2.mul(step, step), f64x2.splat(cross));
  v128.store(squares, f64x2.add(v128.load(squares), f64x2.add(square, between)));
}

/** Merges all groups. Thread 0 moves the running statistics, unless their address is 0. */
export function batchNormCombine(
  scratch: usize,
  partials: usize,
  images: usize,
  groups: usize,
  pixels: usize,
  channels: usize,
  epsilon: f64,
  momentum: f64,
  mean: usize,
  inverseDeviation: usize,
  runningMean: usize,
  runningVariance: usize,
  thread: i32,
): void {
  const count = f64(images * pixels);
  for (let c: usize = 0; c < channels; c++) {
    let total: f64 = 0;
    let average: f64 = 0;
    let squares: f64 = 0;
    for (let group: usize = 0; group < groups; group++) {
      const part = f64((groupStart(group + 1, images, groups) - groupStart(group, images, groups)) * pixels);
      const weight = part / (total + part);
      const address = partials + ((group * channels) << 4) + (c << 3);
      const step = load<f64>(address) - average;
      average += step * weight;
      squares += load<f64>(address + (channels << 3)) + step * step * (total * weight);
      total += part;
    }
    store<f32>(mean + (c << 2), f32(average));
    store<f32>(inverseDeviation + (c << 2), f32(1 / sqrt(squares / count + epsilon)));
    if (thread == 0 && runningMean != 0) {
      moveTowards(runningMean + (c << 2), average, momentum);
      moveTowards(runningVariance + (c << 2), squares / max(count - 1, 1), momentum);
    }
  }
}

// @ts-ignore: decorator
@inline
function moveTowards(address: usize, value: f64, momentum: f64): void {
  store<f32>(address, f32((1 - momentum) * f64(load<f32>(address)) + momentum * value));
}

/** Writes a and b such that a x + b = (x - mean) * inverse * scale + shift; without an affine part, both addresses are 0. */
// @ts-ignore: decorator
@inline
function storeLine(
  line: usize,
  channels: usize,
  c: usize,
  mean: f32,
  inverse: f64,
  scale: usize,
  shift: usize,
): void {
  const a = f32(scale == 0 ? inverse : inverse * f64(load<f32>(scale + (c << 2))));
  const b = (shift == 0 ? 0 : f64(load<f32>(shift + (c << 2)))) - f64(mean) * f64(a);
  store<f32>(line + (c << 2), a);
  store<f32>(line + ((channels + c) << 2), f32(b));
}

/** output = (input - mean) * inverseDeviation * scale + shift. Scratch: 2 C floats. */
export function batchNormOutput(
  scratch: usize,
  input: usize,
  mean: usize,
  inverseDeviation: usize,
  scale: usize,
  shift: usize,
  output: usize,
  pixels: i32,
  channels: i32,
  firstImage: usize,
  endImage: usize,
): void {
  for (let c: usize = 0; c < usize(channels); c++) {
    storeLine(scratch, channels, c, load<f32>(mean + (c << 2)), load<f32>(inverseDeviation + (c << 2)), scale, shift);
  }
  scaleShift(scratch, input, output, pixels, channels, firstImage, endImage);
}

/** output = (input - mean) / sqrt(variance + epsilon) * scale + shift. Scratch: 2 C floats. */
export function batchNormInference(
  scratch: usize,
  input: usize,
  runningMean: usize,
  runningVariance: usize,
  epsilon: f64,
  scale: usize,
  shift: usize,
  output: usize,
  pixels: i32,
  channels: i32,
  firstImage: usize,
  endImage: usize,
): void {
  for (let c: usize = 0; c < usize(channels); c++) {
    const inverse = 1 / sqrt(f64(load<f32>(runningVariance + (c << 2))) + epsilon);
    storeLine(scratch, channels, c, load<f32>(runningMean + (c << 2)), inverse, scale, shift);
  }
  scaleShift(scratch, input, output, pixels, channels, firstImage, endImage);
}

function scaleShift(
  line: usize,
  input: usize,
  output: usize,
  pixels: i32,
  channels: i32,
  firstImage: usize,
  endImage: usize,
): void {
  const stride: usize = channels << 2;
  const chunk = chunkPixels(channels, OUTPUT_CHUNK);
  const end = i32(endImage) * pixels;
  for (let from = i32(firstImage) * pixels; from < end; from += chunk) {
    scaleShiftChunk(line, input + stride * from, output + stride * from, stride, min(chunk, end - from));
  }
}

function scaleShiftChunk(line: usize, x: usize, y: usize, stride: usize, count: usize): void {
  const bytes = count * stride;
  let c: usize = 0;
  for (; c + 32 <= stride; c += 32) {
    const a0 = v128.load(line + c);
    const a1 = v128.load(line + c, 16);
    const b0 = v128.load(line + stride + c);
    const b1 = v128.load(line + stride + c, 16);
    for (let at = c; at < bytes; at += stride) {
      const y0 = f32x4.add(f32x4.mul(v128.load(x + at), a0), b0);
      const y1 = f32x4.add(f32x4.mul(v128.load(x + at, 16), a1), b1);
      v128.store(y + at, y0);
      v128.store(y + at, y1, 16);
    }
  }
  if (c == stride) return;
  const a = v128.load(line + c);
  const b = v128.load(line + stride + c);
  for (let at = c; at < bytes; at += stride) v128.store(y + at, f32x4.add(f32x4.mul(v128.load(x + at), a), b));
}
