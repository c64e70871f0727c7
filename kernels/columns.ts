/**
 * @file Windows of an image as rows of a matrix, and back. A row holds kh x kw x Cin values, then zeros up to a multiple of 4; zeros
 * stand for what lies outside the image.
 */

/** Values of a row with its zeros. */
// @ts-ignore: decorator
@inline
export function windowLength(filterHeight: usize, filterWidth: usize, channels: usize): usize {
  return (filterHeight * filterWidth * channels + 3) & ~3;
}

/** The windows of one row of output pixels, [W', window length], through a ReLU if asked. */
export function gatherWindows(
  to: usize,
  image: usize,
  row: usize,
  height: usize,
  width: usize,
  channels: usize,
  outputWidth: usize,
  filterHeight: usize,
  filterWidth: usize,
  stride: usize,
  padding: usize,
  relu: bool,
): void {
  const pixelBytes = channels << 2;
  const rest = (windowLength(filterHeight, filterWidth, channels) << 2) - filterHeight * filterWidth * pixelBytes;
  const floor: f32 = relu ? 0 : -Infinity;
  for (let k: usize = 0; k < outputWidth; k++) {
    for (let i: usize = 0; i < filterHeight; i++) {
      const y = row * stride + i - padding;
      for (let j: usize = 0; j < filterWidth; j++) {
        const x = k * stride + j - padding;
        // What lies above or left of the image wraps to a large number.
        if (y >= height || x >= width) {
          for (let end = to + pixelBytes; to < end; to += 4) store<f32>(to, 0);
          continue;
        }
        let from = image + (y * width + x) * pixelBytes;
        for (let end = to + pixelBytes; to < end; from += 4, to += 4) {
          const value = load<f32>(from);
          store<f32>(to, value < floor ? floor : value);
        }
      }
    }
    for (let end = to + rest; to < end; to += 4) store<f32>(to, 0);
  }
}

/** Adds the windows of one row of output pixels to where they came from. */
export function scatterWindows(
  from: usize,
  image: usize,
  row: usize,
  height: usize,
  width: usize,
  channels: usize,
  outputWidth: usize,
  filterHeight: usize,
  filterWidth: usize,
  stride: usize,
  padding: usize,
): void {
  const pixelBytes = channels << 2;
  const rest = (windowLength(filterHeight, filterWidth, channels) << 2) - filterHeight * filterWidth * pixelBytes;
  for (let k: usize = 0; k < outputWidth; k++) {
    for (let i: usize = 0; i < filterHeight; i++) {
      const y = row * stride + i - padding;
      for (let j: usize = 0; j < filterWidth; j++) {
        const x = k * stride + j - padding;
        if (y >= height || x >= width) {
          from += pixelBytes;
          continue;
        }
        let to = image + (y * width + x) * pixelBytes;
        for (let end = from + pixelBytes; from < end; from += 4, to += 4) {
          store<f32>(to, load<f32>(to) + load<f32>(from));
        }
      }
    }
    from += rest;
  }
}
