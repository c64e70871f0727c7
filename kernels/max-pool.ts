/**
 * @file Max pooling, in two passes: the maximum down the columns of a window's rows into one row buffer, padded with
 * minus infinity, then along the row. A NaN wins over numbers. Channel counts are multiples of 4.
 */

/** input [N, height, width, C] -> output [N, outHeight, outWidth, C]. Scratch: width + 2 padding pixels. */
export function maxPool(
  scratch: usize,
  input: usize,
  output: usize,
  height: i32,
  width: i32,
  channels: usize,
  size: i32,
  stride: i32,
  padding: i32,
  outHeight: i32,
  outWidth: i32,
  firstImage: usize,
  endImage: usize,
): void {
  const pixel = channels << 2;
  const rowBytes = pixel * width;
  const outRowBytes = pixel * outWidth;
  const row = scratch + pixel * padding;
  fillNegativeInfinity(scratch, pixel * padding);
  fillNegativeInfinity(row + rowBytes, pixel * padding);
  for (let image = firstImage; image < endImage; image++) {
    const x = input + image * rowBytes * height;
    const y = output + image * outRowBytes * outHeight;
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const top = max(0, outRow * stride - padding);
      const bottom = min(height, outRow * stride - padding + size);
      if (bottom - top == 3) maxOfThree(row, x + rowBytes * top, rowBytes, rowBytes);
      else maxOfRows(row, x + rowBytes * top, rowBytes, bottom - top);
      const target = y + outRowBytes * outRow;
      if (size == 3 && stride == 1) maxOfThree(target, scratch, pixel, outRowBytes);
      else maxAlongRow(target, scratch, pixel, size, stride, outWidth);
    }
  }
}

function fillNegativeInfinity(address: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 4) store<f32>(address + at, -Infinity);
}

/** The larger one, or a NaN if there is one; three operations where f32x4.max is eight on x86. */
// @ts-ignore: decorator
@inline
function larger(a: v128, b: v128): v128 {
  return v128.or(f32x4.pmax(a, b), f32x4.pmax(b, a));
}

/** target = the largest of x and of what follows one step and two steps later, over `bytes` bytes. */
function maxOfThree(target: usize, x: usize, step: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    const a = x + at;
    const b = a + step;
    const c = b + step;
    const max0 = larger(larger(v128.load(a), v128.load(b)), v128.load(c));
    const max1 = larger(larger(v128.load(a, 16), v128.load(b, 16)), v128.load(c, 16));
    v128.store(target + at, max0);
    v128.store(target + at, max1, 16);
  }
  if (at == bytes) return;
  const a = x + at;
  v128.store(target + at, larger(larger(v128.load(a), v128.load(a + step)), v128.load(a + step + step)));
}

function maxOfRows(target: usize, x: usize, rowBytes: usize, rows: i32): void {
  for (let at: usize = 0; at < rowBytes; at += 16) {
    let best = f32x4.splat(-Infinity);
    for (let row = 0; row < rows; row++) best = larger(best, v128.load(x + rowBytes * row + at));
    v128.store(target + at, best);
  }
}

function maxAlongRow(target: usize, row: usize, pixel: usize, size: i32, stride: i32, outWidth: i32): void {
  for (let column = 0; column < outWidth; column++, row += pixel * stride, target += pixel) {
    if (size == 3) {
      maxOfThree(target, row, pixel, pixel);
      continue;
    }
    for (let c: usize = 0; c < pixel; c += 16) {
      let best = v128.load(row + c);
      for (let k = 1; k < size; k++) best = larger(best, v128.load(row + pixel * k + c));
      v128.store(target + c, best);
    }
  }
}
