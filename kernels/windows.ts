/**
 * @file Windows of images as rows of a matrix, and back. A window holds kh x kw x Cin values, then zeros up to a
 * multiple of 4; zeros stand for what lies outside the image. Rows of output pixels are counted through the batch, as
 * image * H' + y.
 */
import { RUN_BYTES } from "./matrix";

/** Values of a window with its zeros. */
// @ts-ignore: decorator
@inline
export function windowLength(filterHeight: usize, filterWidth: usize, channels: usize): usize {
  return (filterHeight * filterWidth * channels + 3) & ~3;
}

/** Rows of output pixels whose windows are made at a time: at least one, else as many as fit in `RUN_BYTES`. */
// @ts-ignore: decorator
@inline
export function rowsOfRun(outputWidth: usize, length: usize): usize {
  return max<usize>(1, RUN_BYTES / ((outputWidth * length) << 2));
}

/** The windows of output rows [firstRow, endRow), through a ReLU if asked. */
export function gatherWindows(
  to: usize,
  input: usize,
  firstRow: usize,
  endRow: usize,
  height: usize,
  width: usize,
  channels: usize,
  outputHeight: usize,
  outputWidth: usize,
  filterHeight: usize,
  filterWidth: usize,
  stride: usize,
  padding: usize,
  relu: bool,
): void {
  const pixelBytes = channels << 2;
  const spanBytes = filterWidth * pixelBytes;
  const rest = (windowLength(filterHeight, filterWidth, channels) << 2) - filterHeight * spanBytes;
  const floor = f32x4.splat(relu ? 0 : -Infinity);
  for (let row = firstRow; row < endRow; row++) {
    const image = input + (row / outputHeight) * height * width * pixelBytes;
    const top = (row % outputHeight) * stride - padding;
    for (let k: usize = 0; k < outputWidth; k++) {
      const left = k * stride - padding;
      for (let i: usize = 0; i < filterHeight; i++) {
        const y = top + i;
        // What lies above or left of the image wraps to a large number.
        if (y >= height) {
          clearFloats(to, spanBytes);
        } else if (left < width && left + filterWidth <= width) {
          copyFloats(to, image + (y * width + left) * pixelBytes, spanBytes, floor);
        } else {
          for (let j: usize = 0; j < filterWidth; j++) {
            const x = left + j;
            const at = to + j * pixelBytes;
            if (x < width) copyFloats(at, image + (y * width + x) * pixelBytes, pixelBytes, floor);
            else clearFloats(at, pixelBytes);
          }
        }
        to += spanBytes;
      }
      clearFloats(to, rest);
      to += rest;
    }
  }
}

/** Adds the windows of output rows [firstRow, endRow) to where they came from. */
export function scatterWindows(
  from: usize,
  output: usize,
  firstRow: usize,
  endRow: usize,
  height: usize,
  width: usize,
  channels: usize,
  outputHeight: usize,
  outputWidth: usize,
  filterHeight: usize,
  filterWidth: usize,
  stride: usize,
  padding: usize,
): void {
  const pixelBytes = channels << 2;
  const spanBytes = filterWidth * pixelBytes;
  const rest = (windowLength(filterHeight, filterWidth, channels) << 2) - filterHeight * spanBytes;
  for (let row = firstRow; row < endRow; row++) {
    const image = output + (row / outputHeight) * height * width * pixelBytes;
    const top = (row % outputHeight) * stride - padding;
    for (let k: usize = 0; k < outputWidth; k++) {
      const left = k * stride - padding;
      for (let i: usize = 0; i < filterHeight; i++) {
        const y = top + i;
        if (y < height) {
          for (let j: usize = 0; j < filterWidth; j++) {
            const x = left + j;
            if (x < width) addFloats(image + (y * width + x) * pixelBytes, from + j * pixelBytes, pixelBytes);
          }
        }
        from += spanBytes;
      }
      from += rest;
    }
  }
}

// @ts-ignore: decorator
@inline
function copyFloats(to: usize, from: usize, bytes: usize, floor: v128): void {
  const end = to + bytes;
  const vectorEnd = to + (bytes & ~15);
  for (; to < vectorEnd; to += 16, from += 16) v128.store(to, f32x4.pmax(v128.load(from), floor));
  for (; to < end; to += 4, from += 4) {
    store<f32>(to, f32x4.extract_lane(f32x4.pmax(v128.load32_zero(from), floor), 0));
  }
}

/** A few bytes: a call of `memory.fill` would take longer. */
// @ts-ignore: decorator
@inline
function clearFloats(to: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 4) store<f32>(to, 0);
}

// @ts-ignore: decorator
@inline
function addFloats(to: usize, from: usize, bytes: usize): void {
  const end = to + bytes;
  const vectorEnd = to + (bytes & ~15);
  for (; to < vectorEnd; to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; to < end; to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}
