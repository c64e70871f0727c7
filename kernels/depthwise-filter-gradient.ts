/** @file The gradient of a depthwise convolution with respect to its filter: partial sums for each group of images. */
import { addProducts } from "./depthwise-filter-rows";
import { addProductsOfTaps } from "./depthwise-filter-taps";
import { rowsAtOnce } from "./depthwise-rows";
import { clearMargin, copyRectified } from "./plane";

/** Writes size x size x C floats to partials[group]. Scratch as in `depthwise`. */
export function depthwiseFilterGradient(
  scratch: usize,
  cotangent: usize,
  input: usize,
  partials: usize,
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
  group: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const padding = dilation * ((size - 1) >> 1);
  const pixelBytes = channels << 2;
  const rowBytes = width * pixelBytes;
  const cotangentRow = outputWidth * pixelBytes;
  const planeRow = rowBytes + 2 * padding * pixelBytes;
  const interior = scratch + padding * (planeRow + pixelBytes);
  const filterBytes = size * size * pixelBytes;
  const partial = partials + group * filterBytes;
  memory.fill(partial, 0, filterBytes);
  clearMargin(scratch, height, rowBytes, padding, pixelBytes);
  const isDense = stride == 1 && (size == 3 || size == 5);
  const rows = isDense ? rowsAtOnce(width, dilation) : 1;
  let x = input + firstImage * height * rowBytes;
  let dy = cotangent + firstImage * outputHeight * cotangentRow;
  for (let image = firstImage; image < endImage; image++) {
    let copied: usize = 0;
    for (let row: usize = 0; row < outputHeight; row += rows) {
      const count = min(rows, outputHeight - row);
      const needed = min(height, (row + count - 1) * stride + padding + 1);
      for (; copied < needed; copied++, x += rowBytes) copyRectified(interior + copied * planeRow, x, rowBytes, relu);
      const first = scratch + row * stride * planeRow;
      if (isDense) {
        addProducts(first, planeRow, size, dy, partial, count, width, pixelBytes, dilation, octets);
      } else {
        const tapStep = dilation * pixelBytes;
        const tapRow = dilation * planeRow;
        addProductsOfTaps(first, stride * pixelBytes, tapRow, tapStep, size, dy, partial, outputWidth, pixelBytes);
      }
      dy += count * cotangentRow;
    }
    x += (height - copied) * rowBytes;
  }
}
