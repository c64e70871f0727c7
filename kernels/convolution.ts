/** @file Dense convolution: the windows of a row of output pixels form a matrix, which is multiplied with the filter. */
import { gatherWindows, scatterWindows, windowLength } from "./columns";
import { addOuterProducts, multiply, pack, packTransposed } from "./matrix";
import { maskBelow } from "./plane";

/** output [N, H', W', Cout] of input [N, H, W, Cin], filter [kh, kw, Cin, Cout]. Scratch: the filter, then a row of windows. */
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
  firstImage: usize,
  endImage: usize,
): void {
  const inner = filterHeight * filterWidth * channels;
  const length = windowLength(filterHeight, filterWidth, channels);
  const rowBytes = outputWidth * outputChannels << 2;
  pack(scratch, filter, inner, length, outputChannels);
  const run = scratch + (length * outputChannels << 2);
  let y = output + firstImage * outputHeight * rowBytes;
  for (let image = firstImage; image < endImage; image++) {
    const x = input + (image * height * width * channels << 2);
    for (let row: usize = 0; row < outputHeight; row++, y += rowBytes) {
      gatherWindows(run, x, row, height, width, channels, outputWidth, filterHeight, filterWidth, stride, padding, relu);
      multiply(run, outputWidth, length, scratch, y, outputChannels);
    }
  }
}

/** output [N, H, W, Cin] of cotangent [N, H', W', Cout]. Scratch: the filter, then a row of windows. */
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
  firstImage: usize,
  endImage: usize,
): void {
  const inner = filterHeight * filterWidth * channels;
  const length = windowLength(filterHeight, filterWidth, channels);
  const rowBytes = outputWidth * outputChannels << 2;
  const imageBytes = height * width * channels << 2;
  packTransposed(scratch, filter, outputChannels, inner, length);
  const run = scratch + (length * outputChannels << 2);
  let dy = cotangent + firstImage * outputHeight * rowBytes;
  for (let image = firstImage; image < endImage; image++) {
    const dx = output + image * imageBytes;
    memory.fill(dx, 0, imageBytes);
    for (let row: usize = 0; row < outputHeight; row++, dy += rowBytes) {
      multiply(dy, outputWidth, outputChannels, scratch, run, length);
      scatterWindows(run, dx, row, height, width, channels, outputWidth, filterHeight, filterWidth, stride, padding);
    }
    if (relu) maskImage(dx, input + image * imageBytes, imageBytes);
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

/** Writes [window length, Cout] floats to partials[group]. Scratch: a row of windows. */
export function convolutionFilterGradient(
  scratch: usize,
  cotangent: usize,
  input: usize,
  partials: usize,
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
  group: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const length = windowLength(filterHeight, filterWidth, channels);
  const rowBytes = outputWidth * outputChannels << 2;
  const partialBytes = length * outputChannels << 2;
  const partial = partials + group * partialBytes;
  memory.fill(partial, 0, partialBytes);
  let dy = cotangent + firstImage * outputHeight * rowBytes;
  for (let image = firstImage; image < endImage; image++) {
    const x = input + (image * height * width * channels << 2);
    for (let row: usize = 0; row < outputHeight; row++, dy += rowBytes) {
      gatherWindows(scratch, x, row, height, width, channels, outputWidth, filterHeight, filterWidth, stride, padding, relu);
      addOuterProducts(scratch, dy, outputWidth, length, outputChannels, partial);
    }
  }
}
