/**
 * @file 1x1 convolution as a product of matrices, [pixels, Cin] times [Cin, Cout]. At stride 1 the pixels of all images
 * of a call form one matrix; at a larger stride each row of output pixels is gathered first.
 */
import { multiply, pack, packTransposed, runLength } from "./matrix";
import { addOuterProducts } from "./outer-products";
import { copyRectified, maskBelow } from "./plane";

/**
 * output [N, H', W', Cout] of input [N, H, W, Cin] and filter [Cin, Cout]. Scratch: the filter, then a run or a row of
 * pixels.
 */
export function pointwise(
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
  stride: usize,
  offset: usize,
  relu: bool,
  octets: bool,
  firstImage: usize,
  endImage: usize,
): void {
  const pixelBytes = channels << 2;
  const outputBytes = outputChannels << 2;
  pack(scratch, filter, channels, channels, outputChannels);
  const run = scratch + channels * outputBytes;
  if (stride == 1) {
    const end = endImage * height * width;
    const length = runLength(pixelBytes);
    for (let pixel = firstImage * height * width; pixel < end; pixel += length) {
      const count = min(length, end - pixel);
      let x = input + pixel * pixelBytes;
      if (relu) {
        copyRectified(run, x, count * pixelBytes, relu);
        x = run;
      }
      multiply(x, count, channels, scratch, output + pixel * outputBytes, outputChannels, octets);
    }
    return;
  }
  let y = output + firstImage * outputHeight * outputWidth * outputBytes;
  for (let image = firstImage; image < endImage; image++) {
    const x = input + image * height * width * pixelBytes;
    for (let row: usize = 0; row < outputHeight; row++) {
      gather(run, x, row * stride + offset, height, width, pixelBytes, outputWidth, stride, offset, relu);
      multiply(run, outputWidth, channels, scratch, y, outputChannels, octets);
      y += outputWidth * outputBytes;
    }
  }
}

/** Copies every stride-th pixel of one row of an image; zeros past its edges. */
function gather(
  to: usize,
  image: usize,
  row: usize,
  height: usize,
  width: usize,
  pixelBytes: usize,
  count: usize,
  stride: usize,
  offset: usize,
  relu: bool,
): void {
  if (row >= height) {
    memory.fill(to, 0, count * pixelBytes);
    return;
  }
  const from = image + row * width * pixelBytes;
  for (let k: usize = 0; k < count; k++) {
    const column = k * stride + offset;
    if (column < width) copyRectified(to, from + column * pixelBytes, pixelBytes, relu);
    else memory.fill(to, 0, pixelBytes);
    to += pixelBytes;
  }
}

/** output [N, H, W, Cin] of cotangent [N, H', W', Cout]. Scratch: the filter, then a row of pixels. */
export function pointwiseInputGradient(
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
  stride: usize,
  offset: usize,
  relu: bool,
  octets: bool,
  firstImage: usize,
  endImage: usize,
): void {
  const pixelBytes = channels << 2;
  const outputBytes = outputChannels << 2;
  packTransposed(scratch, filter, outputChannels, channels, channels);
  const run = scratch + channels * outputBytes;
  if (stride == 1) {
    const end = endImage * height * width;
    const length = runLength(outputBytes);
    for (let pixel = firstImage * height * width; pixel < end; pixel += length) {
      const count = min(length, end - pixel);
      const dx = output + pixel * pixelBytes;
      multiply(cotangent + pixel * outputBytes, count, outputChannels, scratch, dx, channels, octets);
      if (relu) maskBelow(dx, input + pixel * pixelBytes, count * pixelBytes);
    }
    return;
  }
  const rowBytes = width * pixelBytes;
  let dy = cotangent + firstImage * outputHeight * outputWidth * outputBytes;
  for (let image = firstImage; image < endImage; image++) {
    for (let row: usize = 0; row < height; row++) {
      const at = (image * height + row) * rowBytes;
      if (row % stride != offset) {
        memory.fill(output + at, 0, rowBytes);
        continue;
      }
      multiply(dy + (row / stride) * outputWidth * outputBytes, outputWidth, outputChannels, scratch, run, channels, octets);
      scatter(output + at, run, input + at, width, pixelBytes, stride, offset, relu);
    }
    dy += outputHeight * outputWidth * outputBytes;
  }
}

/** Writes a row of an image: to every stride-th pixel what `from` has for it, but through its ReLU, and zeros to the others. */
function scatter(
  to: usize,
  from: usize,
  input: usize,
  width: usize,
  pixelBytes: usize,
  stride: usize,
  offset: usize,
  relu: bool,
): void {
  const zero = f32x4.splat(0);
  for (let column: usize = 0; column < width; column++, to += pixelBytes, input += pixelBytes) {
    if (column % stride != offset) {
      for (let c: usize = 0; c < pixelBytes; c += 16) v128.store(to + c, zero);
      continue;
    }
    for (let c: usize = 0; c < pixelBytes; c += 16) {
      const value = v128.load(from + c);
      v128.store(to + c, relu ? v128.and(value, f32x4.gt(v128.load(input + c), zero)) : value);
    }
    from += pixelBytes;
  }
}

/** Writes Cin x Cout floats to partials[group]. Scratch: a run or a row of pixels. */
export function pointwiseFilterGradient(
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
  stride: usize,
  offset: usize,
  relu: bool,
  octets: bool,
  group: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const pixelBytes = channels << 2;
  const outputBytes = outputChannels << 2;
  const filterBytes = channels * outputBytes;
  const partial = partials + group * filterBytes;
  memory.fill(partial, 0, filterBytes);
  if (stride == 1) {
    const end = endImage * height * width;
    const length = runLength(pixelBytes);
    for (let pixel = firstImage * height * width; pixel < end; pixel += length) {
      const count = min(length, end - pixel);
      let x = input + pixel * pixelBytes;
      if (relu) {
        copyRectified(scratch, x, count * pixelBytes, relu);
        x = scratch;
      }
      addOuterProducts(x, pixelBytes, cotangent + pixel * outputBytes, count, channels, outputChannels, partial, octets);
    }
    return;
  }
  let dy = cotangent + firstImage * outputHeight * outputWidth * outputBytes;
  for (let image = firstImage; image < endImage; image++) {
    const x = input + image * height * width * pixelBytes;
    for (let row: usize = 0; row < outputHeight; row++, dy += outputWidth * outputBytes) {
      gather(scratch, x, row * stride + offset, height, width, pixelBytes, outputWidth, stride, offset, relu);
      addOuterProducts(scratch, pixelBytes, dy, outputWidth, channels, outputChannels, partial, octets);
    }
  }
}
