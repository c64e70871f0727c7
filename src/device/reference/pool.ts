/**
 * @file Pools. Taps outside the image are never visited, which is padding with minus infinity and division by the
 * pixels inside.
 */
import type { PoolAttributes, PoolOps, Shape } from "../../graph/index.ts";
import type { KernelsOf, Tensor } from "./kernel.ts";
import { forEachTap, type WindowGeometry } from "./window.ts";

export const poolKernels: KernelsOf<PoolOps> = {
  maxPool([input], [output], attributes) {
    const x = input!.data;
    const y = output!.data;
    const winners = winningElements(input!, output!.shape, attributes);
    for (let i = 0; i < y.length; i++) y[i] = x[winners[i]!]!;
  },
  maxPoolGradient([cotangent, input], [output], attributes) {
    const dy = cotangent!.data;
    const dx = output!.data.fill(0);
    const winners = winningElements(input!, cotangent!.shape, attributes);
    for (let i = 0; i < dy.length; i++) dx[winners[i]!]! += dy[i]!;
  },
  averagePool([input], [output], attributes) {
    const x = input!.data;
    const y = output!.data.fill(0);
    const channels = input!.shape[3]!;
    const counts = pixelsInside(input!.shape, output!.shape, attributes);
    forEachTap(input!.shape, output!.shape, geometry(attributes), (outputPixel, _, inputPixel) => {
      for (let c = 0; c < channels; c++) {
        y[outputPixel * channels + c]! += x[inputPixel * channels + c]! / counts[outputPixel]!;
      }
    });
  },
  averagePoolGradient([cotangent], [output], attributes) {
    const dy = cotangent!.data;
    const dx = output!.data.fill(0);
    const channels = output!.shape[3]!;
    const counts = pixelsInside(output!.shape, cotangent!.shape, attributes);
    forEachTap(output!.shape, cotangent!.shape, geometry(attributes), (outputPixel, _, inputPixel) => {
      for (let c = 0; c < channels; c++) {
        dx[inputPixel * channels + c]! += dy[outputPixel * channels + c]! / counts[outputPixel]!;
      }
    });
  },
  globalMean([input], [output]) {
    const x = input!.data;
    const y = output!.data.fill(0);
    const [images, height, width, channels] = input!.shape as [number, number, number, number];
    const pixels = height * width;
    for (let image = 0; image < images; image++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const from = (image * pixels + pixel) * channels;
        for (let c = 0; c < channels; c++) y[image * channels + c]! += x[from + c]! / pixels;
      }
    }
  },
  globalMeanGradient([cotangent], [output]) {
    const dy = cotangent!.data;
    const dx = output!.data;
    const [images, height, width, channels] = output!.shape as [number, number, number, number];
    const pixels = height * width;
    for (let image = 0; image < images; image++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const to = (image * pixels + pixel) * channels;
        for (let c = 0; c < channels; c++) dx[to + c] = dy[image * channels + c]! / pixels;
      }
    }
  },
};

function geometry({ size, stride, padding }: PoolAttributes): WindowGeometry {
  return { size: [size, size], stride, padding, dilation: 1 };
}

/**
 * For each output element, the input element that is its maximum: the first in row order, or the last NaN if there is
 * one.
 */
function winningElements(input: Tensor, output: Shape, attributes: PoolAttributes): Int32Array {
  const x = input.data;
  const channels = input.shape[3]!;
  const winners = new Int32Array(output.reduce((product, extent) => product * extent, 1)).fill(-1);
  forEachTap(input.shape, output, geometry(attributes), (outputPixel, _, inputPixel) => {
    for (let c = 0; c < channels; c++) {
      const at = outputPixel * channels + c;
      const candidate = inputPixel * channels + c;
      const best = winners[at]!;
      if (best < 0 || x[candidate]! > x[best]! || Number.isNaN(x[candidate]!)) winners[at] = candidate;
    }
  });
  return winners;
}

function pixelsInside(input: Shape, output: Shape, attributes: PoolAttributes): Int32Array {
  const [images, height, width] = output as [number, number, number];
  const counts = new Int32Array(images * height * width);
  forEachTap(input, output, geometry(attributes), (outputPixel) => {
    counts[outputPixel]! += 1;
  });
  return counts;
}
