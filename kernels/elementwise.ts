/** @file Operations on single elements. */

/** output = max(input, 0) */
export function relu(
  scratch: usize,
  input: usize,
  output: usize,
  elements: usize,
  firstImage: usize,
  endImage: usize,
): void {
  let x = input + ((firstImage * elements) << 2);
  let y = output + ((firstImage * elements) << 2);
  const floats = (endImage - firstImage) * elements;
  const vectorEnd = x + ((floats & ~7) << 2);
  const end = x + (floats << 2);
  const zero = f32x4.splat(0);
  for (; x < vectorEnd; x += 32, y += 32) {
    const y0 = f32x4.pmax(v128.load(x), zero);
    const y1 = f32x4.pmax(v128.load(x, 16), zero);
    v128.store(y, y0);
    v128.store(y, y1, 16);
  }
  for (; x < end; x += 4, y += 4) {
    const value = load<f32>(x);
    store<f32>(y, value < 0 ? 0 : value);
  }
}

/** output = cotangent where input > 0, else 0 */
export function reluGradient(
  scratch: usize,
  cotangent: usize,
  input: usize,
  output: usize,
  elements: usize,
  firstImage: usize,
  endImage: usize,
): void {
  let dy = cotangent + ((firstImage * elements) << 2);
  let x = input + ((firstImage * elements) << 2);
  let dx = output + ((firstImage * elements) << 2);
  const floats = (endImage - firstImage) * elements;
  const vectorEnd = x + ((floats & ~7) << 2);
  const end = x + (floats << 2);
  const zero = f32x4.splat(0);
  for (; x < vectorEnd; x += 32, dx += 32, dy += 32) {
    const dx0 = v128.and(v128.load(dy), f32x4.gt(v128.load(x), zero));
    const dx1 = v128.and(v128.load(dy, 16), f32x4.gt(v128.load(x, 16), zero));
    v128.store(dx, dx0);
    v128.store(dx, dx1, 16);
  }
  for (; x < end; x += 4, dx += 4, dy += 4) store<f32>(dx, load<f32>(x) > 0 ? load<f32>(dy) : 0);
}

/** output = min(max(input, 0), 6) */
export function relu6(
  scratch: usize,
  input: usize,
  output: usize,
  elements: usize,
  firstImage: usize,
  endImage: usize,
): void {
  let x = input + ((firstImage * elements) << 2);
  let y = output + ((firstImage * elements) << 2);
  const floats = (endImage - firstImage) * elements;
  const vectorEnd = x + ((floats & ~7) << 2);
  const end = x + (floats << 2);
  const zero = f32x4.splat(0);
  const six = f32x4.splat(6);
  for (; x < vectorEnd; x += 32, y += 32) {
    const y0 = f32x4.pmin(f32x4.pmax(v128.load(x), zero), six);
    const y1 = f32x4.pmin(f32x4.pmax(v128.load(x, 16), zero), six);
    v128.store(y, y0);
    v128.store(y, y1, 16);
  }
  for (; x < end; x += 4, y += 4) {
    const value = load<f32>(x);
    store<f32>(y, value < 0 ? 0 : value > 6 ? 6 : value);
  }
}

/** output = cotangent where 0 < input < 6, else 0 */
export function relu6Gradient(
  scratch: usize,
  cotangent: usize,
  input: usize,
  output: usize,
  elements: usize,
  firstImage: usize,
  endImage: usize,
): void {
  let dy = cotangent + ((firstImage * elements) << 2);
  let x = input + ((firstImage * elements) << 2);
  let dx = output + ((firstImage * elements) << 2);
  const floats = (endImage - firstImage) * elements;
  const vectorEnd = x + ((floats & ~7) << 2);
  const end = x + (floats << 2);
  const zero = f32x4.splat(0);
  const six = f32x4.splat(6);
  for (; x < vectorEnd; x += 32, dx += 32, dy += 32) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const inside0 = v128.and(f32x4.gt(x0, zero), f32x4.lt(x0, six));
    const inside1 = v128.and(f32x4.gt(x1, zero), f32x4.lt(x1, six));
    v128.store(dx, v128.and(v128.load(dy), inside0));
    v128.store(dx, v128.and(v128.load(dy, 16), inside1), 16);
  }
  for (; x < end; x += 4, dx += 4, dy += 4) {
    const value = load<f32>(x);
    store<f32>(dx, value > 0 && value < 6 ? load<f32>(dy) : 0);
  }
}

/** Each image times its own factor. */
export function dropPath(
  scratch: usize,
  input: usize,
  factors: usize,
  output: usize,
  elements: usize,
  firstImage: usize,
  endImage: usize,
): void {
  let x = input + ((firstImage * elements) << 2);
  let y = output + ((firstImage * elements) << 2);
  for (let image = firstImage; image < endImage; image++) {
    const factor = load<f32>(factors + (image << 2));
    const factors4 = f32x4.splat(factor);
    const vectorEnd = x + ((elements & ~7) << 2);
    const end = x + (elements << 2);
    for (; x < vectorEnd; x += 32, y += 32) {
      const y0 = f32x4.mul(v128.load(x), factors4);
      const y1 = f32x4.mul(v128.load(x, 16), factors4);
      v128.store(y, y0);
      v128.store(y, y1, 16);
    }
    for (; x < end; x += 4, y += 4) store<f32>(y, load<f32>(x) * factor);
  }
}

/** Writes `value` `count` times. */
export function fill(scratch: usize, output: usize, count: usize, value: f32): void {
  for (let i: usize = 0; i < count; i++) store<f32>(output + (i << 2), value);
}
