/** @file The gradient of a depthwise filter of any size and stride, from a row of the cotangent at a time. */
import { addTo } from "./depthwise-filter-rows";
import { loadUpper, multiplyAdd, Octet, Quad } from "./lanes";

/** Any taps: three at a time, then one by one. */
export function addProductsOfTaps(
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
