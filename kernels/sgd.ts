/**
 * @file Stochastic gradient descent in place over all parameters. The table lists blocks of at most 4096 elements,
 * four words each: the addresses of parameter, gradient and velocity, and the number of elements.
 */
import { multiplyAdd, multiplyAddOne } from "./lanes";

/** Writes the sum of squares of each block's gradient, a float64, to partials[block]. */
export function sgdSquares(scratch: usize, table: usize, partials: usize, firstBlock: usize, endBlock: usize): void {
  for (let block = firstBlock; block < endBlock; block++) {
    let g: usize = load<u32>(table + (block << 4), 4);
    const floats: usize = load<u32>(table + (block << 4), 12);
    const vectorEnd = g + ((floats & ~7) << 2);
    const end = g + (floats << 2);
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (; g < vectorEnd; g += 32) {
      const a = f64x2.promote_low_f32x4(v128.load64_zero(g));
      const b = f64x2.promote_low_f32x4(v128.load64_zero(g, 8));
      const c = f64x2.promote_low_f32x4(v128.load64_zero(g, 16));
      const d = f64x2.promote_low_f32x4(v128.load64_zero(g, 24));
      s0 = f64x2.add(s0, f64x2.mul(a, a));
      s1 = f64x2.add(s1, f64x2.mul(b, b));
      s2 = f64x2.add(s2, f64x2.mul(c, c));
      s3 = f64x2.add(s3, f64x2.mul(d, d));
    }
    s0 = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
    let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
    for (; g < end; g += 4) {
      const value = f64(load<f32>(g));
      sum += value * value;
    }
    store<f64>(partials + (block << 3), sum);
  }
}

/** Writes the norm of all gradients to `output`, and the factor that clips it to `clip`: -1 if the norm is not finite. */
export function sgdNorm(
  scratch: usize,
  partials: usize,
  blocks: usize,
  clipNorm: f64,
  output: usize,
  clip: usize,
): void {
  let squares: f64 = 0;
  for (let block: usize = 0; block < blocks; block++) squares += load<f64>(partials + (block << 3));
  const norm = sqrt(squares);
  const rounded = f32(norm);
  store<f32>(output, rounded);
  if (!isFinite<f32>(rounded)) store<f32>(clip, -1);
  else store<f32>(clip, clipNorm == 0 ? 1 : f32(min(1, clipNorm / (norm + 1e-6))));
}

/** One step for a run of blocks, with the clipping factor of sgdNorm; none where there is no such factor. */
export function sgdUpdate(
  scratch: usize,
  table: usize,
  rateAddress: usize,
  clipAddress: usize,
  momentum: f32,
  weightDecay: f32,
  firstBlock: usize,
  endBlock: usize,
): void {
  const clip = load<f32>(clipAddress);
  if (clip < 0) return;
  const rate = load<f32>(rateAddress);
  const clip4 = f32x4.splat(clip);
  const down4 = f32x4.splat(-rate);
  const momentum4 = f32x4.splat(momentum);
  const decay4 = f32x4.splat(weightDecay);
  for (let block = firstBlock; block < endBlock; block++) {
    let p: usize = load<u32>(table + (block << 4));
    let g: usize = load<u32>(table + (block << 4), 4);
    let v: usize = load<u32>(table + (block << 4), 8);
    const floats: usize = load<u32>(table + (block << 4), 12);
    const vectorEnd = p + ((floats & ~7) << 2);
    const end = p + (floats << 2);
    for (; p < vectorEnd; p += 32, g += 32, v += 32) {
      const p0 = v128.load(p);
      const p1 = v128.load(p, 16);
      const g0 = multiplyAdd(f32x4.mul(v128.load(g), clip4), p0, decay4);
      const g1 = multiplyAdd(f32x4.mul(v128.load(g, 16), clip4), p1, decay4);
      const v0 = multiplyAdd(g0, v128.load(v), momentum4);
      const v1 = multiplyAdd(g1, v128.load(v, 16), momentum4);
      v128.store(v, v0);
      v128.store(v, v1, 16);
      v128.store(p, multiplyAdd(p0, v0, down4));
      v128.store(p, multiplyAdd(p1, v1, down4), 16);
    }
    for (; p < end; p += 4, g += 4, v += 4) {
      const parameter = load<f32>(p);
      const gradient = multiplyAddOne(load<f32>(g) * clip, parameter, weightDecay);
      const velocity = multiplyAddOne(gradient, load<f32>(v), momentum);
      store<f32>(v, velocity);
      store<f32>(p, multiplyAddOne(parameter, velocity, -rate));
    }
  }
}
