/** @file Depthwise correlation with any stride, size and subset of taps, a row of output at a time. */
import { loadUpper, multiplyAdd, Octet, Quad, storeUpper } from "./lanes";

/**
 * Any taps: `tapRows` x `tapColumns` of them, two output pixels at a time.
 * @param pixelStep between the inputs of neighbouring outputs
 * @param outputStep between neighbouring outputs
 */
export function correlateTaps(
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
      twoPixels<Octet>(
        p + c,
        pixelStep,
        tapRowStep,
        tapStep,
        tapRows,
        tapColumns,
        filter + c,
        filterRowStep,
        filterStep,
        output + c,
        outputStep,
      );
    }
    if (c < channelBytes) {
      twoPixels<Quad>(
        p + c,
        pixelStep,
        tapRowStep,
        tapStep,
        tapRows,
        tapColumns,
        filter + c,
        filterRowStep,
        filterStep,
        output + c,
        outputStep,
      );
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
