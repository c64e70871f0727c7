/**
 * @file Gradient of batch norm. With r = 1 / standard deviation and M elements a channel, dx = scale r (dy - sum(dy) /
 * M - x^ sum(dy x^) / M), x^ = (x - mean) r. Both sums run in float32 within a chunk of pixels and in float64 over
 * chunks and groups. Then dx = a dy + b x + c; a, b and c are the three vectors of `plane`. dy is the cotangent times the
 * float at `coefficient`, or times 1 if that is 0.
 */
import { add4, add8, multiplyAdd, storeOctet } from "./lanes";
import { chunkPixels } from "./partition";

/** Bytes of a chunk of one operand. */
const CHUNK = 8192;

/** Writes sum(dy) and sum(dy (x - mean)) of a group, 2 C float64, to partials[group]. Scratch: 64 bytes. */
export function batchNormGradientSums(
  scratch: usize,
  cotangent: usize,
  coefficient: usize,
  input: usize,
  mean: usize,
  partials: usize,
  pixels: i32,
  channels: i32,
  group: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const sums = partials + ((group * channels) << 4);
  const products = sums + (channels << 3);
  memory.fill(sums, 0, channels << 4);
  const stride: usize = channels << 2;
  const total = i32(endImage - firstImage) * pixels;
  const chunk = chunkPixels(channels, CHUNK);
  const factor = factorAt(coefficient);
  const start = firstImage * pixels * stride;
  for (let from = 0; from < total; from += chunk) {
    const dy = cotangent + start + stride * from;
    const x = input + start + stride * from;
    const count = min(chunk, total - from);
    let c: usize = 0;
    for (; c + 32 <= stride; c += 32) {
      addChunk8(dy + c, factor, x + c, stride, count, mean + c, scratch);
      add8(sums + (c << 1), scratch);
      add8(products + (c << 1), scratch + 32);
    }
    if (c < stride) addChunk4(dy + c, factor, x + c, stride, count, mean + c, sums + (c << 1), products + (c << 1));
  }
}

// @ts-ignore: decorator
@inline
function factorAt(coefficient: usize): v128 {
  return f32x4.splat(coefficient == 0 ? 1 : load<f32>(coefficient));
}

function addChunk8(
  dy: usize,
  factor: v128,
  x: usize,
  stride: usize,
  count: usize,
  mean: usize,
  lanes: usize,
): void {
  const mean0 = v128.load(mean);
  const mean1 = v128.load(mean, 16);
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let t0 = s0;
  let t1 = s0;
  let p0 = s0;
  let p1 = s0;
  let q0 = s0;
  let q1 = s0;
  const pairBytes = (count & ~1) * stride;
  let at: usize = 0;
  for (; at < pairBytes; at += stride << 1) {
    const next = at + stride;
    const dy0 = f32x4.mul(v128.load(dy + at), factor);
    const dy1 = f32x4.mul(v128.load(dy + at, 16), factor);
    s0 = f32x4.add(s0, dy0);
    s1 = f32x4.add(s1, dy1);
    p0 = multiplyAdd(p0, dy0, f32x4.sub(v128.load(x + at), mean0));
    p1 = multiplyAdd(p1, dy1, f32x4.sub(v128.load(x + at, 16), mean1));
    const dz0 = f32x4.mul(v128.load(dy + next), factor);
    const dz1 = f32x4.mul(v128.load(dy + next, 16), factor);
    t0 = f32x4.add(t0, dz0);
    t1 = f32x4.add(t1, dz1);
    q0 = multiplyAdd(q0, dz0, f32x4.sub(v128.load(x + next), mean0));
    q1 = multiplyAdd(q1, dz1, f32x4.sub(v128.load(x + next, 16), mean1));
  }
  if (count & 1) {
    const dy0 = f32x4.mul(v128.load(dy + at), factor);
    const dy1 = f32x4.mul(v128.load(dy + at, 16), factor);
    s0 = f32x4.add(s0, dy0);
    s1 = f32x4.add(s1, dy1);
    p0 = multiplyAdd(p0, dy0, f32x4.sub(v128.load(x + at), mean0));
    p1 = multiplyAdd(p1, dy1, f32x4.sub(v128.load(x + at, 16), mean1));
  }
  storeOctet(lanes, f32x4.add(s0, t0), f32x4.add(s1, t1));
  storeOctet(lanes + 32, f32x4.add(p0, q0), f32x4.add(p1, q1));
}

function addChunk4(
  dy: usize,
  factor: v128,
  x: usize,
  stride: usize,
  count: usize,
  mean: usize,
  sums: usize,
  products: usize,
): void {
  const means = v128.load(mean);
  let s = f32x4.splat(0);
  let p = s;
  const bytes = count * stride;
  for (let at: usize = 0; at < bytes; at += stride) {
    const value = f32x4.mul(v128.load(dy + at), factor);
    s = f32x4.add(s, value);
    p = multiplyAdd(p, value, f32x4.sub(v128.load(x + at), means));
  }
  add4(sums, s);
  add4(products, p);
}

/**
 * Adds up all groups; every thread does, and writes a, b and c to `plane`. Without an affine part, `scale` and both
 * gradients are 0.
 */
export function batchNormGradientCombine(
  scratch: usize,
  plane: usize,
  partials: usize,
  groups: usize,
  count: f64,
  channels: usize,
  mean: usize,
  inverseDeviation: usize,
  scale: usize,
  scaleGradient: usize,
  shiftGradient: usize,
): void {
  for (let c: usize = 0; c < channels; c++) {
    let sum: f64 = 0;
    let product: f64 = 0;
    for (let group: usize = 0; group < groups; group++) {
      const address = partials + ((group * channels) << 4) + (c << 3);
      sum += load<f64>(address);
      product += load<f64>(address + (channels << 3));
    }
    const inverse = f64(load<f32>(inverseDeviation + (c << 2)));
    const a = scale == 0 ? inverse : inverse * f64(load<f32>(scale + (c << 2)));
    const b = f32((-a * inverse * inverse * product) / count);
    const constant = (-a * sum) / count - f64(b) * f64(load<f32>(mean + (c << 2)));
    store<f32>(plane + (c << 2), f32(a));
    store<f32>(plane + ((channels + c) << 2), b);
    store<f32>(plane + ((2 * channels + c) << 2), f32(constant));
    if (scaleGradient == 0) continue;
    store<f32>(scaleGradient + (c << 2), f32(product * inverse));
    store<f32>(shiftGradient + (c << 2), f32(sum));
  }
}

/** dx = a dy + b x + c. */
export function batchNormGradientOutput(
  scratch: usize,
  plane: usize,
  cotangent: usize,
  coefficient: usize,
  input: usize,
  output: usize,
  pixels: i32,
  channels: i32,
  firstImage: usize,
  endImage: usize,
): void {
  const stride: usize = channels << 2;
  const factor = factorAt(coefficient);
  const octets = stride & ~31;
  const b = plane + stride;
  const c = b + stride;
  let x = input + firstImage * pixels * stride;
  let dy = cotangent + firstImage * pixels * stride;
  let dx = output + firstImage * pixels * stride;
  // Pixels from end to end, as they lie in memory.
  for (const end = x + (endImage - firstImage) * pixels * stride; x < end; x += stride, dy += stride, dx += stride) {
    let at: usize = 0;
    for (; at < octets; at += 32) {
      const constant0 = multiplyAdd(v128.load(c + at), v128.load(x + at), v128.load(b + at));
      const constant1 = multiplyAdd(v128.load(c + at, 16), v128.load(x + at, 16), v128.load(b + at, 16));
      const dx0 = multiplyAdd(constant0, f32x4.mul(v128.load(dy + at), factor), v128.load(plane + at));
      const dx1 = multiplyAdd(constant1, f32x4.mul(v128.load(dy + at, 16), factor), v128.load(plane + at, 16));
      v128.store(dx + at, dx0);
      v128.store(dx + at, dx1, 16);
    }
    if (at == stride) continue;
    const constant = multiplyAdd(v128.load(c + at), v128.load(x + at), v128.load(b + at));
    v128.store(dx + at, multiplyAdd(constant, f32x4.mul(v128.load(dy + at), factor), v128.load(plane + at)));
  }
}
