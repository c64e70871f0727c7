/**
 * @file The three products of a dense convolution with filter `[kh, kw, Cin, Cout]`: output, cotangent of the input,
 * cotangent of the filter. The 1x1 convolution is the case kh = kw = 1.
 */
import type { Tensor } from "./kernel.ts";
import { maskCotangent, rectify } from "./rectify.ts";
import { forEachTap, type WindowGeometry } from "./window.ts";

/** output[p, j] = sum over taps t and channels i of input[pixel(p, t), i] * filter[t, i, j] */
export function convolve(input: Tensor, filter: Tensor, output: Tensor, geometry: WindowGeometry, relu: boolean): void {
  const { from, to } = channels(input, output);
  const x = rectify(input.data, relu);
  const w = filter.data;
  const y = output.data.fill(0);
  forEachTap(input.shape, output.shape, geometry, (outputPixel, tap, inputPixel) => {
    for (let i = 0; i < from; i++) {
      const value = x[inputPixel * from + i]!;
      const row = (tap * from + i) * to;
      for (let j = 0; j < to; j++) y[outputPixel * to + j]! += value * w[row + j]!;
    }
  });
}

/** inputCotangent[pixel(p, t), i] += cotangent[p, j] * filter[t, i, j], then the ReLU mask */
export function convolveInputGradient(
  cotangent: Tensor,
  filter: Tensor,
  input: Tensor,
  output: Tensor,
  geometry: WindowGeometry,
  relu: boolean,
): void {
  const { from, to } = channels(input, cotangent);
  const w = filter.data;
  const dy = cotangent.data;
  const dx = output.data.fill(0);
  forEachTap(input.shape, cotangent.shape, geometry, (outputPixel, tap, inputPixel) => {
    for (let i = 0; i < from; i++) {
      const row = (tap * from + i) * to;
      let total = 0;
      for (let j = 0; j < to; j++) total += dy[outputPixel * to + j]! * w[row + j]!;
      dx[inputPixel * from + i]! += total;
    }
  });
  maskCotangent(dx, input.data, relu);
}

/** filterCotangent[t, i, j] += input[pixel(p, t), i] * cotangent[p, j] */
export function convolveFilterGradient(
  cotangent: Tensor,
  input: Tensor,
  output: Tensor,
  geometry: WindowGeometry,
  relu: boolean,
): void {
  const { from, to } = channels(input, cotangent);
  const x = rectify(input.data, relu);
  const dy = cotangent.data;
  const dw = output.data.fill(0);
  forEachTap(input.shape, cotangent.shape, geometry, (outputPixel, tap, inputPixel) => {
    for (let i = 0; i < from; i++) {
      const value = x[inputPixel * from + i]!;
      const row = (tap * from + i) * to;
      for (let j = 0; j < to; j++) dw[row + j]! += value * dy[outputPixel * to + j]!;
    }
  });
}

function channels(input: Tensor, output: Tensor): { from: number; to: number } {
  return { from: input.shape[3]!, to: output.shape[3]! };
}
