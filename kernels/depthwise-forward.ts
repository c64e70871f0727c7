/**
 * @file Depthwise convolution. Each image is copied, through its ReLU, into a padded plane of the thread's scratch, a row just before
 * it is read; border zeros are written once a call.
 */
import { row3, row5, rowOfTaps } from "./depthwise-rows";
import { copyRectified } from "./plane";

/** output [N, H', W', C] of input [N, H, W, C] and filter [size, size, C]. Scratch: (H + 2 p) (W + 2 p) C floats, p = dilation (size - 1) / 2. */
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
  memory.fill(scratch, 0, (height + 2 * padding) * planeRow);
  let x = input + firstImage * height * rowBytes;
  let y = output + firstImage * outputHeight * outputRowBytes;
  for (let image = firstImage; image < endImage; image++) {
    let copied: usize = 0;
    for (let row: usize = 0; row < outputHeight; row++) {
      const needed = min(height, row * stride + padding + 1);
      for (; copied < needed; copied++, x += rowBytes) copyRectified(interior + copied * planeRow, x, rowBytes, relu);
      correlateRow(
        scratch + row * stride * planeRow,
        planeRow,
        filter,
        y,
        outputWidth,
        pixelBytes,
        size,
        stride,
        dilation,
        octets,
      );
      y += outputRowBytes;
    }
    x += (height - copied) * rowBytes;
  }
}

/** One row of output, from the row of the plane that its first taps read. */
export function correlateRow(
  plane: usize,
  planeRow: usize,
  filter: usize,
  output: usize,
  width: usize,
  pixelBytes: usize,
  size: usize,
  stride: usize,
  dilation: usize,
  octets: bool,
): void {
  const tapRow = dilation * planeRow;
  if (stride == 1 && size == 3) {
    row3(plane, tapRow, filter, output, width, pixelBytes, dilation, octets);
  } else if (stride == 1 && size == 5) {
    row5(plane, tapRow, filter, output, width, pixelBytes, dilation, octets);
  } else {
    rowOfTaps(
      plane,
      stride * pixelBytes,
      tapRow,
      dilation * pixelBytes,
      size,
      size,
      filter,
      size * pixelBytes,
      pixelBytes,
      output,
      pixelBytes,
      width,
      pixelBytes,
    );
  }
}
