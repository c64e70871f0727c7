/**
 * @file Dense convolution: the windows of some rows of output pixels form a matrix, which is multiplied with the
 * filter.
 */
import { multiply, pack, packTransposed } from "./matrix";
import { maskBelow } from "./plane";
import { gatherWindows, rowsOfRun, scatterWindows, windowLength } from "./windows";

export * from "./convolution-filter-gradient";

/**
 * output [N, H', W', Cout] of input [N, H, W, Cin], filter [kh, kw, Cin, Cout]. Scratch: the filter, then a run of
 * windows.
 */
export function convolution(
  scratch: usize,
  input: usize,
  filter: usize,
  output: usize,
  height: usize,
  width: usize,
  channels: usize,
  outputHeight: usize,
  outputWidth: usize,
  outputChannels: usize,
  filterHeight: usize,
  filterWidth: usize,
  stride: usize,
  padding: usize,
  relu: bool,
  octets: bool,
  firstImage: usize,
  endImage: usize,
): void {
  const inner = filterHeight * filterWidth * channels;
  const length = windowLength(filterHeight, filterWidth, channels);
  const rowBytes = (outputWidth * outputChannels) << 2;
  pack(scratch, filter, inner, length, outputChannels);
  const run = scratch + ((length * outputChannels) << 2);
  const rows = rowsOfRun(outputWidth, length);
  const last = endImage * outputHeight;
  for (let row = firstImage * outputHeight; row < last; row += rows) {
    const end = min(row + rows, last);
    gatherWindows(
      run,
      input,
      row,
      end,
      height,
      width,
      channels,
      outputHeight,
      outputWidth,
      filterHeight,
      filterWidth,
      stride,
      padding,
      relu,
    );
    multiply(run, (end - row) * outputWidth, length, scratch, output + row * rowBytes, outputChannels, octets);
  }
}

/** output [N, H, W, Cin] of cotangent [N, H', W', Cout]. Scratch: the filter, then a run of windows. */
export function convolutionInputGradient(
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
  outputChannels: usize,
  filterHeight: usize,
  filterWidth: usize,
  stride: usize,
  padding: usize,
  relu: bool,
  octets: bool,
  firstImage: usize,
  endImage: usize,
): void {
  const inner = filterHeight * filterWidth * channels;
  const length = windowLength(filterHeight, filterWidth, channels);
  const rowBytes = (outputWidth * outputChannels) << 2;
  const imageBytes = (height * width * channels) << 2;
  packTransposed(scratch, filter, outputChannels, inner, length);
  const run = scratch + ((length * outputChannels) << 2);
  const rows = rowsOfRun(outputWidth, length);
  const last = endImage * outputHeight;
  memory.fill(output + firstImage * imageBytes, 0, (endImage - firstImage) * imageBytes);
  for (let row = firstImage * outputHeight; row < last; row += rows) {
    const end = min(row + rows, last);
    multiply(cotangent + row * rowBytes, (end - row) * outputWidth, outputChannels, scratch, run, length, octets);
    scatterWindows(
      run,
      output,
      row,
      end,
      height,
      width,
      channels,
      outputHeight,
      outputWidth,
      filterHeight,
      filterWidth,
      stride,
      padding,
    );
  }
  if (!relu) return;
  for (let image = firstImage; image < endImage; image++) {
    maskImage(output + image * imageBytes, input + image * imageBytes, imageBytes);
  }
}

/** As `maskBelow`, for images whose size may be no multiple of 16 bytes. */
function maskImage(cotangent: usize, input: usize, bytes: usize): void {
  const whole = bytes & ~15;
  maskBelow(cotangent, input, whole);
  for (let at = whole; at < bytes; at += 4) {
    if (!(load<f32>(input + at) > 0)) store<f32>(cotangent + at, 0);
  }
}
