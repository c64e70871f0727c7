/**
 * @file The gradient of a depthwise convolution with respect to its input. At stride 1 it is the correlation of the
 * padded cotangent with the reversed filter. At a larger stride, an input pixel meets every (stride / gcd(stride,
 * dilation))-th tap, down and across, or none, so rows and columns are done by their remainder.
 */
import { correlate, rowsAtOnce } from "./depthwise-rows";
import { correlateTaps } from "./depthwise-taps";
import { clearMargin, copyRectified, maskBelow } from "./plane";

/**
 * output [N, H, W, C] of cotangent [N, H', W', C]. Scratch: (H' + 2 q) (W' + 2 q) C floats, q = ceil(p / stride), and
 * the filter.
 */
export function depthwiseInputGradient(
  scratch: usize,
  cotangent: usize,
  filter: usize,
  input: usize,
  output: usize,
  height: usize,
  width: usize,
  channels: usize,
  outputHeight: usize,
  outputWidth: usize,
  size: usize,
  stride: usize,
  dilation: usize,
  relu: bool,
  octets: bool,
  firstImage: usize,
  endImage: usize,
): void {
  const padding = dilation * ((size - 1) >> 1);
  const margin = (padding + stride - 1) / stride;
  const pixelBytes = channels << 2;
  const rowBytes = width * pixelBytes;
  const cotangentRow = outputWidth * pixelBytes;
  const planeRow = cotangentRow + 2 * margin * pixelBytes;
  const planeBytes = (outputHeight + 2 * margin) * planeRow;
  const interior = scratch + margin * (planeRow + pixelBytes);
  const reversed = scratch + planeBytes;
  clearMargin(scratch, outputHeight, cotangentRow, margin, pixelBytes);
  reverse(reversed, filter, size * size, pixelBytes);
  const isDense = stride == 1 && (size == 3 || size == 5);
  const rows = isDense ? rowsAtOnce(width, dilation) : 1;
  let x = input + firstImage * height * rowBytes;
  let dx = output + firstImage * height * rowBytes;
  let dy = cotangent + firstImage * outputHeight * cotangentRow;
  for (let image = firstImage; image < endImage; image++) {
    let copied: usize = 0;
    for (let row: usize = 0; row < height; row += rows) {
      const count = min(rows, height - row);
      const needed = min(outputHeight, (row + count - 1 + padding) / stride + 1);
      for (; copied < needed; copied++, dy += cotangentRow) {
        copyRectified(interior + copied * planeRow, dy, cotangentRow, false);
      }
      if (isDense) {
        const first = scratch + row * planeRow;
        correlate(first, planeRow, size, reversed, dx, count, width, pixelBytes, dilation, octets);
      } else {
        scatteredRow(interior, planeRow, filter, dx, row, width, padding, pixelBytes, size, stride, dilation);
      }
      const bytes = count * rowBytes;
      if (relu) maskBelow(dx, x, bytes);
      dx += bytes;
      x += bytes;
    }
    dy += (outputHeight - copied) * cotangentRow;
  }
}

function reverse(to: usize, filter: usize, taps: usize, pixelBytes: usize): void {
  for (let tap: usize = 0; tap < taps; tap++) {
    memory.copy(to + tap * pixelBytes, filter + (taps - 1 - tap) * pixelBytes, pixelBytes);
  }
}

/**
 * Row y of the input's cotangent: tap k of the filter read it for the output rows (y + padding - k dilation) / stride
 * that are whole numbers; the same holds across.
 * @param interior where the cotangent's first pixel lies in the plane
 */
function scatteredRow(
  interior: usize,
  planeRow: usize,
  filter: usize,
  output: usize,
  y: usize,
  width: usize,
  padding: usize,
  pixelBytes: usize,
  size: usize,
  stride: usize,
  dilation: usize,
): void {
  const firstRow = firstTap(y + padding, size, stride, dilation);
  if (firstRow == size) {
    memory.fill(output, 0, width * pixelBytes);
    return;
  }
  const every = stride / greatestDivisor(stride, dilation);
  const apart = (every * dilation) / stride;
  const tapRows = (size - firstRow + every - 1) / every;
  const row = isize(y + padding - firstRow * dilation) / isize(stride);
  for (let phase: usize = 0; phase < min(stride, width); phase++) {
    const count = (width - phase + stride - 1) / stride;
    const firstColumn = firstTap(phase + padding, size, stride, dilation);
    if (firstColumn == size) {
      for (let x = phase; x < width; x += stride) memory.fill(output + x * pixelBytes, 0, pixelBytes);
      continue;
    }
    const column = isize(phase + padding - firstColumn * dilation) / isize(stride);
    correlateTaps(
      interior + row * planeRow + column * pixelBytes,
      pixelBytes,
      0 - apart * planeRow,
      0 - apart * pixelBytes,
      tapRows,
      (size - firstColumn + every - 1) / every,
      filter + (firstRow * size + firstColumn) * pixelBytes,
      every * size * pixelBytes,
      every * pixelBytes,
      output + phase * pixelBytes,
      stride * pixelBytes,
      count,
      pixelBytes,
    );
  }
}

/** The first tap k with `at` - k dilation a multiple of the stride; `size` if there is none. */
function firstTap(at: usize, size: usize, stride: usize, dilation: usize): usize {
  for (let tap: usize = 0; tap < size; tap++) {
    if (isize(at - tap * dilation) % isize(stride) == 0) return tap;
  }
  return size;
}

function greatestDivisor(a: usize, b: usize): usize {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
