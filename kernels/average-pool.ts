/**
 * @file Average pooling and its gradient, in two passes: along the columns of a window's rows into one row buffer, then
 * along the row. A window divides by its pixels inside the image. Channel counts are multiples of 4, padding < size.
 */
import { multiplyAdd } from "./lanes";

/** input [N, height, width, C] -> output [N, outHeight, outWidth, C]. Scratch: width + 2 padding pixels. */
export function averagePool(
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
  memory.fill(scratch, 0, pixel * padding);
  memory.fill(row + rowBytes, 0, pixel * padding);
  for (let image = firstImage; image < endImage; image++) {
    const x = input + image * rowBytes * height;
    const y = output + image * outRowBytes * outHeight;
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const top = max(0, outRow * stride - padding);
      const bottom = min(height, outRow * stride - padding + size);
      addRows(row, x + rowBytes * top, rowBytes, bottom - top);
      const target = y + outRowBytes * outRow;
      let column = 0;
      while (column < outWidth) {
        const columns = countInside(column, size, stride, padding, width);
        let end = column + 1;
        while (end < outWidth && countInside(end, size, stride, padding, width) == columns) end++;
        const factor = <f32>1 / f32(columns * (bottom - top));
        const from = scratch + pixel * (column * stride);
        averageAlongRow(target + pixel * column, from, pixel, size, stride, end - column, factor);
        column = end;
      }
    }
  }
}

/** Rows or columns of a window that lie inside the image. */
// @ts-ignore: decorator
@inline
function countInside(index: i32, size: i32, stride: i32, padding: i32, extent: i32): i32 {
  const start = index * stride - padding;
  return min(extent, start + size) - max(0, start);
}

function addRows(target: usize, x: usize, rowBytes: usize, rows: i32): void {
  if (rows == 3) return addThree(target, x, rowBytes, rowBytes, 1);
  for (let at: usize = 0; at < rowBytes; at += 16) {
    let sum = v128.load(x + at);
    for (let row = 1; row < rows; row++) sum = f32x4.add(sum, v128.load(x + rowBytes * row + at));
    v128.store(target + at, sum);
  }
}

/** target = factor * (x + what follows one step and two steps later), over `bytes` bytes. */
function addThree(target: usize, x: usize, step: usize, bytes: usize, factor: f32): void {
  const factors = f32x4.splat(factor);
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    const a = x + at;
    const b = a + step;
    const c = b + step;
    const sum0 = f32x4.add(f32x4.add(v128.load(a), v128.load(b)), v128.load(c));
    const sum1 = f32x4.add(f32x4.add(v128.load(a, 16), v128.load(b, 16)), v128.load(c, 16));
    v128.store(target + at, f32x4.mul(sum0, factors));
    v128.store(target + at, f32x4.mul(sum1, factors), 16);
  }
  if (at == bytes) return;
  const a = x + at;
  const sum = f32x4.add(f32x4.add(v128.load(a), v128.load(a + step)), v128.load(a + step + step));
  v128.store(target + at, f32x4.mul(sum, factors));
}

function averageAlongRow(
  target: usize,
  row: usize,
  pixel: usize,
  size: i32,
  stride: i32,
  count: i32,
  factor: f32,
): void {
  if (size == 3 && stride == 1) return addThree(target, row, pixel, pixel * count, factor);
  const factors = f32x4.splat(factor);
  for (let column = 0; column < count; column++, row += pixel * stride, target += pixel) {
    if (size == 3) {
      addThree(target, row, pixel, pixel, factor);
      continue;
    }
    for (let c: usize = 0; c < pixel; c += 16) {
      let sum = v128.load(row + c);
      for (let k = 1; k < size; k++) sum = f32x4.add(sum, v128.load(row + pixel * k + c));
      v128.store(target + c, f32x4.mul(sum, factors));
    }
  }
}

/**
 * cotangent [N, outHeight, outWidth, C] -> output [N, height, width, C]. Scratch: outWidth + 2 size pixels, of which
 * `size` on each side stay zero.
 */
export function averagePoolGradient(
  scratch: usize,
  cotangent: usize,
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
  const row = scratch + pixel * size;
  memory.fill(scratch, 0, outRowBytes + 2 * pixel * size);
  for (let image = firstImage; image < endImage; image++) {
    const dy = cotangent + image * outRowBytes * outHeight;
    const dx = output + image * rowBytes * height;
    for (let inRow = 0; inRow < height; inRow++) {
      const target = dx + rowBytes * inRow;
      const reach = inRow + padding;
      const first = reach < size ? 0 : (reach - size) / stride + 1;
      const end = min(outHeight, reach / stride + 1);
      if (first >= end) {
        memory.fill(target, 0, rowBytes);
        continue;
      }
      scaleRows(row, dy, outRowBytes, first, end, size, stride, padding, height);
      scaleMargins(row, pixel, size, stride, padding, width, outWidth);
      if (size == 3 && stride == 1) addThree(target, row + pixel * (padding - 2), pixel, rowBytes, 1);
      else gatherAlongRow(target, row, pixel, size, stride, padding, width, outWidth);
    }
  }
}

/**
 * target = the sum of rows `first` to `end` of the cotangent, each divided by size times its window's rows inside the
 * image.
 */
function scaleRows(
  target: usize,
  dy: usize,
  rowBytes: usize,
  first: i32,
  end: i32,
  size: i32,
  stride: i32,
  padding: i32,
  height: i32,
): void {
  let x = dy + rowBytes * first;
  const a = <f32>1 / f32(size * countInside(first, size, stride, padding, height));
  if (end - first == 1) return scaleTwo(target, x, a, x, 0, rowBytes);
  const b = <f32>1 / f32(size * countInside(first + 1, size, stride, padding, height));
  scaleTwo(target, x, a, x + rowBytes, b, rowBytes);
  for (let row = first + 2; row < end; row++) {
    x = dy + rowBytes * row;
    scaleTwo(target, target, 1, x, <f32>1 / f32(size * countInside(row, size, stride, padding, height)), rowBytes);
  }
}

/** target = a x + b z */
function scaleTwo(target: usize, x: usize, a: f32, z: usize, b: f32, bytes: usize): void {
  const a4 = f32x4.splat(a);
  const b4 = f32x4.splat(b);
  let at: usize = 0;
  for (; at + 32 <= bytes; at += 32) {
    const sum0 = multiplyAdd(f32x4.mul(v128.load(x + at), a4), v128.load(z + at), b4);
    const sum1 = multiplyAdd(f32x4.mul(v128.load(x + at, 16), a4), v128.load(z + at, 16), b4);
    v128.store(target + at, sum0);
    v128.store(target + at, sum1, 16);
  }
  if (at == bytes) return;
  v128.store(target + at, multiplyAdd(f32x4.mul(v128.load(x + at), a4), v128.load(z + at), b4));
}

/** Windows that reach over the sides of the image divide by fewer columns than `size`. */
function scaleMargins(
  row: usize,
  pixel: usize,
  size: i32,
  stride: i32,
  padding: i32,
  width: i32,
  outWidth: i32,
): void {
  let left = 0;
  for (; left < outWidth; left++) {
    const columns = countInside(left, size, stride, padding, width);
    if (columns == size) break;
    scalePixel(row + pixel * left, pixel, f32(size) / f32(columns));
  }
  for (let right = outWidth - 1; right > left; right--) {
    const columns = countInside(right, size, stride, padding, width);
    if (columns == size) break;
    scalePixel(row + pixel * right, pixel, f32(size) / f32(columns));
  }
}

function scalePixel(address: usize, bytes: usize, factor: f32): void {
  const factors = f32x4.splat(factor);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(address + at, f32x4.mul(v128.load(address + at), factors));
  }
}

function gatherAlongRow(
  dx: usize,
  row: usize,
  pixel: usize,
  size: i32,
  stride: i32,
  padding: i32,
  width: i32,
  outWidth: i32,
): void {
  for (let column = 0; column < width; column++, dx += pixel) {
    const reach = column + padding;
    const first = reach < size ? 0 : (reach - size) / stride + 1;
    const end = min(outWidth, reach / stride + 1);
    if (first >= end) {
      memory.fill(dx, 0, pixel);
      continue;
    }
    const from = row + pixel * first;
    for (let c: usize = 0; c < pixel; c += 16) {
      let sum = v128.load(from + c);
      for (let k = 1; k < end - first; k++) sum = f32x4.add(sum, v128.load(from + pixel * k + c));
      v128.store(dx + c, sum);
    }
  }
}
