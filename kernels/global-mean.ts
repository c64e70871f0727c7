/** @file The mean over all pixels of an image, and its gradient. Channel counts are multiples of 4. */

/** output [N, C] = the mean of input [N, pixels, C] over pixels */
export function globalMean(
  scratch: usize,
  input: usize,
  output: usize,
  pixels: usize,
  channels: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const stride = channels << 2;
  const reciprocal = f32x4.splat(<f32>1 / f32(pixels));
  for (let image = firstImage; image < endImage; image++) {
    const x = input + image * pixels * stride;
    const y = output + image * stride;
    for (let c: usize = 0; c < stride; c += 16) {
      v128.store(y + c, f32x4.mul(sum4(x + c, stride, pixels), reciprocal));
    }
  }
}

/** The sum over pixels of four channels: runs of 64 pixels on four accumulators, then over the runs. */
function sum4(x: usize, stride: usize, pixels: usize): v128 {
  let sum = f32x4.splat(0);
  for (let from: usize = 0; from < pixels; from += 64) {
    const count = min<usize>(64, pixels - from);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let left = count;
    for (; left >= 4; left -= 4, x += stride << 2) {
      s0 = f32x4.add(s0, v128.load(x));
      s1 = f32x4.add(s1, v128.load(x + stride));
      s2 = f32x4.add(s2, v128.load(x + (stride << 1)));
      s3 = f32x4.add(s3, v128.load(x + 3 * stride));
    }
    for (; left > 0; left--, x += stride) s0 = f32x4.add(s0, v128.load(x));
    sum = f32x4.add(sum, f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  }
  return sum;
}

/** output [N, pixels, C] = cotangent [N, C] / pixels, for every pixel */
export function globalMeanGradient(
  scratch: usize,
  cotangent: usize,
  output: usize,
  pixels: usize,
  channels: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const stride = channels << 2;
  const reciprocal = f32x4.splat(<f32>1 / f32(pixels));
  for (let image = firstImage; image < endImage; image++) {
    const dx = output + image * pixels * stride;
    const imageEnd = dx + pixels * stride;
    for (let c: usize = 0; c < stride; c += 16) {
      const value = f32x4.mul(v128.load(cotangent + image * stride + c), reciprocal);
      for (let at = dx + c; at < imageEnd; at += stride) v128.store(at, value);
    }
  }
}
