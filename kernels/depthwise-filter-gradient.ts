/** @file The gradient of a depthwise convolution with respect to its filter: partial sums for each group of images. */
import { filterRow3, filterRow5, filterRowOfTaps } from "./depthwise-filter-rows";
import { copyRectified } from "./plane";

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
  const tapRow = dilation * planeRow;
  const interior = scratch + padding * (planeRow + pixelBytes);
  const filterBytes = size * size * pixelBytes;
  const partial = partials + group * filterBytes;
  memory.fill(partial, 0, filterBytes);
  memory.fill(scratch, 0, (height + 2 * padding) * planeRow);
  let x = input + firstImage * height * rowBytes;
  let dy = cotangent + firstImage * outputHeight * cotangentRow;
  for (let image = firstImage; image < endImage; image++) {
    let copied: usize = 0;
    for (let row: usize = 0; row < outputHeight; row++) {
      const needed = min(height, row * stride + padding + 1);
      for (; copied < needed; copied++, x += rowBytes) copyRectified(interior + copied * planeRow, x, rowBytes, relu);
      const p = scratch + row * stride * planeRow;
      if (stride == 1 && size == 3) {
        filterRow3(p, tapRow, dy, partial, outputWidth, pixelBytes, dilation, octets);
      } else if (stride == 1 && size == 5) {
        filterRow5(p, tapRow, dy, partial, outputWidth, pixelBytes, dilation, octets);
      } else {
        const tapStep = dilation * pixelBytes;
        filterRowOfTaps(p, stride * pixelBytes, tapRow, tapStep, size, dy, partial, outputWidth, pixelBytes);
      }
      dy += cotangentRow;
    }
    x += (height - copied) * rowBytes;
  }
}
