/**
 * @file Batch norm. Each group of images is one list of pixels, cut into chunks that fit the first-level cache. Differences from the
 * mean of the group's first chunk, and their squares, are summed in float32 within a chunk and in float64 over chunks;
 * groups are merged in float64, in a fixed order (Chan, Golub, LeVeque 1979). A first chunk far from the others makes the
 * variance of the group large too, so that what cancels is at most a small multiple of it. Normalising is output = a input + b; a and b are
 * the two vectors of `line`, made anew by each call.
 */
import { add4, add8, multiplyAdd, storeOctet } from "./lanes";
import { chunkPixels, groupStart } from "./partition";

/** Bytes of a chunk when statistics are gathered. */
const STATISTICS_CHUNK = 16384;

/**
 * Writes the means and the sums of squared deviations of a group, 2 C float64, to partials[group]. Scratch: C floats and 64 bytes.
 */
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
  const sums = partials + ((group * channels) << 4);
  const squares = sums + (channels << 3);
  memory.fill(sums, 0, channels << 4);
  const stride: usize = channels << 2;
  const total = i32(endImage - firstImage) * pixels;
  const chunk = chunkPixels(channels, STATISTICS_CHUNK);
  const x = input + firstImage * pixels * stride;
  const lanes = scratch + stride;
  meansOfChunk(x, stride, min(chunk, total), scratch);
  for (let from = 0; from < total; from += chunk) {
    const p = x + stride * from;
    const count = min(chunk, total - from);
    let c: usize = 0;
    for (; c + 32 <= stride; c += 32) {
      sumChunk8(p + c, stride, count, scratch + c, lanes);
      add8(sums + (c << 1), lanes);
      add8(squares + (c << 1), lanes + 32);
    }
    if (c == stride) continue;
    sumChunk4(p + c, stride, count, scratch + c, lanes);
    add4(sums + (c << 1), v128.load(lanes));
    add4(squares + (c << 1), v128.load(lanes, 32));
  }
  const reciprocal = f64(1) / f64(total);
  for (let c = 0; c < channels; c++) {
    const sum = load<f64>(sums + (c << 3));
    const square = load<f64>(squares + (c << 3));
    store<f64>(sums + (c << 3), f64(load<f32>(scratch + (c << 2))) + sum * reciprocal);
    store<f64>(squares + (c << 3), max(0, square - sum * sum * reciprocal));
  }
}

function meansOfChunk(x: usize, stride: usize, count: usize, means: usize): void {
  const reciprocal = f32x4.splat(<f32>1 / f32(count));
  const bytes = count * stride;
  let c: usize = 0;
  for (; c + 32 <= stride; c += 32) {
    let a = f32x4.splat(0);
    let b = a;
    for (let p = x + c; p < x + bytes; p += stride) {
      a = f32x4.add(a, v128.load(p));
      b = f32x4.add(b, v128.load(p, 16));
    }
    v128.store(means + c, f32x4.mul(a, reciprocal));
    v128.store(means + c, f32x4.mul(b, reciprocal), 16);
  }
  if (c == stride) return;
  let a = f32x4.splat(0);
  for (let p = x + c; p < x + bytes; p += stride) a = f32x4.add(a, v128.load(p));
  v128.store(means + c, f32x4.mul(a, reciprocal));
}

/** Eight channels: sums of x - shift to lanes[0..8], of its squares to lanes[8..16]. */
function sumChunk8(x: usize, stride: usize, count: usize, shift: usize, lanes: usize): void {
  const k0 = v128.load(shift);
  const k1 = v128.load(shift, 16);
  const zero = f32x4.splat(0);
  const pairEnd = x + (count & ~1) * stride;
  let a0 = zero;
  let a1 = zero;
  let b0 = zero;
  let b1 = zero;
  let p0 = zero;
  let p1 = zero;
  let q0 = zero;
  let q1 = zero;
  for (; x < pairEnd; x += stride << 1) {
    const d0 = f32x4.sub(v128.load(x), k0);
    const d1 = f32x4.sub(v128.load(x, 16), k1);
    const e0 = f32x4.sub(v128.load(x + stride), k0);
    const e1 = f32x4.sub(v128.load(x + stride, 16), k1);
    a0 = f32x4.add(a0, d0);
    a1 = f32x4.add(a1, d1);
    p0 = multiplyAdd(p0, d0, d0);
    p1 = multiplyAdd(p1, d1, d1);
    b0 = f32x4.add(b0, e0);
    b1 = f32x4.add(b1, e1);
    q0 = multiplyAdd(q0, e0, e0);
    q1 = multiplyAdd(q1, e1, e1);
  }
  if (count & 1) {
    const d0 = f32x4.sub(v128.load(x), k0);
    const d1 = f32x4.sub(v128.load(x, 16), k1);
    a0 = f32x4.add(a0, d0);
    a1 = f32x4.add(a1, d1);
    p0 = multiplyAdd(p0, d0, d0);
    p1 = multiplyAdd(p1, d1, d1);
  }
  storeOctet(lanes, f32x4.add(a0, b0), f32x4.add(a1, b1));
  storeOctet(lanes + 32, f32x4.add(p0, q0), f32x4.add(p1, q1));
}

/** The same for four channels. */
function sumChunk4(x: usize, stride: usize, count: usize, shift: usize, lanes: usize): void {
  const k = v128.load(shift);
  const end = x + count * stride;
  let a = f32x4.splat(0);
  let p = a;
  for (; x < end; x += stride) {
    const d = f32x4.sub(v128.load(x), k);
    a = f32x4.add(a, d);
    p = multiplyAdd(p, d, d);
  }
  v128.store(lanes, a);
  v128.store(lanes, p, 32);
}

/**
 * Merges all groups. Thread 0 moves the running statistics, unless their address is 0. Scratch: two float64 a group.
 */
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
  let total: f64 = 0;
  for (let group: usize = 0; group < groups; group++) {
    const part = f64((groupStart(group + 1, images, groups) - groupStart(group, images, groups)) * pixels);
    const weight = part / (total + part);
    store<f64>(scratch + (group << 4), weight);
    store<f64>(scratch + (group << 4), total * weight, 8);
    total += part;
  }
  const step = channels << 4;
  for (let c: usize = 0; c < channels; c++) {
    let average: f64 = 0;
    let squares: f64 = 0;
    let address = partials + (c << 3);
    for (let group: usize = 0; group < groups; group++) {
      const apart = load<f64>(address) - average;
      average += apart * load<f64>(scratch + (group << 4));
      squares += load<f64>(address + (channels << 3)) + apart * apart * load<f64>(scratch + (group << 4), 8);
      address += step;
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
  const start = firstImage * pixels * stride;
  const bytes = (endImage - firstImage) * pixels * stride;
  const octets = stride & ~31;
  let x = input + start;
  let y = output + start;
  // Pixels from end to end, as they lie in memory.
  for (const end = x + bytes; x < end; x += stride, y += stride) {
    let c: usize = 0;
    for (; c < octets; c += 32) {
      const y0 = multiplyAdd(v128.load(line + stride + c), v128.load(x + c), v128.load(line + c));
      const y1 = multiplyAdd(v128.load(line + stride + c, 16), v128.load(x + c, 16), v128.load(line + c, 16));
      v128.store(y + c, y0);
      v128.store(y + c, y1, 16);
    }
    if (c < stride) v128.store(y + c, multiplyAdd(v128.load(line + stride + c), v128.load(x + c), v128.load(line + c)));
  }
}
