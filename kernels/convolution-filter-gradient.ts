/**
 * @file The gradient of a dense convolution with respect to its filter. A small filter has partial sums for each group
 * of images; for a large one they would be more than the images themselves, so there each thread sums some rows of it
 * over all images.
 */
import { addOuterProducts } from "./outer-products";
import { gatherWindows, rowsOfRun, windowLength } from "./windows";

/** Writes [window length, Cout] floats to partials[group]. Scratch: a run of windows. */
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
  octets: bool,
  group: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const length = windowLength(filterHeight, filterWidth, channels);
  sumQuads(
    scratch,
    cotangent,
    input,
    partials + ((group * length * outputChannels) << 2),
    height,
    width,
    channels,
    outputHeight,
    outputWidth,
    outputChannels,
    filterHeight,
    filterWidth,
    stride,
    padding,
    relu,
    octets,
    firstImage,
    endImage,
    0,
    length >> 2,
  );
}

/**
 * Rows [4 firstQuad, 4 endQuad) of the filter's gradient, [kh kw Cin, Cout], from all images; kh kw Cin is a multiple
 * of 4. Scratch: a run of windows.
 */
export function convolutionFilterRows(
  scratch: usize,
  cotangent: usize,
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
  images: usize,
  firstQuad: usize,
  endQuad: usize,
): void {
  sumQuads(
    scratch,
    cotangent,
    input,
    output,
    height,
    width,
    channels,
    outputHeight,
    outputWidth,
    outputChannels,
    filterHeight,
    filterWidth,
    stride,
    padding,
    relu,
    octets,
    0,
    images,
    firstQuad,
    endQuad,
  );
}

function sumQuads(
  scratch: usize,
  cotangent: usize,
  input: usize,
  sums: usize,
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
  firstQuad: usize,
  endQuad: usize,
): void {
  const length = windowLength(filterHeight, filterWidth, channels);
  const outputBytes = outputChannels << 2;
  const quads = endQuad - firstQuad;
  const target = sums + firstQuad * (outputBytes << 2);
  const rows = rowsOfRun(outputWidth, length);
  const last = endImage * outputHeight;
  memory.fill(target, 0, quads * (outputBytes << 2));
  for (let row = firstImage * outputHeight; row < last; row += rows) {
    const end = min(row + rows, last);
    gatherWindows(
      scratch,
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
    addOuterProducts(
      scratch + (firstQuad << 4),
      length << 2,
      cotangent + row * outputWidth * outputBytes,
      (end - row) * outputWidth,
      quads << 2,
      outputChannels,
      target,
      octets,
    );
  }
}
