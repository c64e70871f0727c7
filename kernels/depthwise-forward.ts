/**
 * @file Depthwise convolution. Each image is copied, through its ReLU, into a padded plane of the thread's scratch, a
 * row just before it is read; border zeros are written once a call.
 */
import { correlate, rowsAtOnce } from "./depthwise-rows";
import { correlateTaps } from "./depthwise-taps";
import { clearMargin, copyRectified } from "./plane";

/**
 * output [N, H', W', C] of input [N, H, W, C] and filter [size, size, C]. Scratch: (H + 2 p) (W + 2 p) C floats, p =
 * dilation (size - 1) / 2.
 */
export function depthwise(
  scratch: usize,
  input: usize,
  filter: usize,
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
  const pixelBytes = channels << 2;
  const rowBytes = width * pixelBytes;
  const outputRowBytes = outputWidth * pixelBytes;
  const planeRow = rowBytes + 2 * padding * pixelBytes;
  const interior = scratch + padding * (planeRow + pixelBytes);
  clearMargin(scratch, height, rowBytes, padding, pixelBytes);
  const isDense = stride == 1 && (size == 3 || size == 5);
  const rows = isDense ? rowsAtOnce(width, dilation) : 1;
  let x = input + firstImage * height * rowBytes;
  let y = output + firstImage * outputHeight * outputRowBytes;
  for (let image = firstImage; image < endImage; image++) {
    let copied: usize = 0;
    for (let row: usize = 0; row < outputHeight; row += rows) {
      const count = min(rows, outputHeight - row);
      const needed = min(height, (row + count - 1) * stride + padding + 1);
      for (; copied < needed; copied++, x += rowBytes) copyRectified(interior + copied * planeRow, x, rowBytes, relu);
      const first = scratch + row * stride * planeRow;
      if (isDense) {
        correlate(first, planeRow, size, filter, y, count, width, pixelBytes, dilation, octets);
      } else {
        correlateTaps(
          first,
          stride * pixelBytes,
          dilation * planeRow,
          dilation * pixelBytes,
          size,
          size,
          filter,
          size * pixelBytes,
          pixelBytes,
          y,
          pixelBytes,
          outputWidth,
          pixelBytes,
        );
      }
      y += count * outputRowBytes;
    }
    x += (height - copied) * rowBytes;
  }
}
