/** @file A 1x1 convolution with a stride and an offset is a dense one whose only window starts inside the image. */
import type { PointwiseAttributes, PointwiseOps } from "../../graph/index.ts";
import { convolve, convolveFilterGradient, convolveInputGradient } from "./dense.ts";
import type { KernelsOf } from "./kernel.ts";
import type { WindowGeometry } from "./window.ts";

export const pointwiseKernels: KernelsOf<PointwiseOps> = {
  pointwise([input, filter], [output], attributes) {
    convolve(input!, filter!, output!, geometry(attributes), attributes.relu);
  },
  pointwiseInputGradient([cotangent, filter, input], [output], attributes) {
    convolveInputGradient(cotangent!, filter!, input!, output!, geometry(attributes), attributes.relu);
  },
  pointwiseFilterGradient([cotangent, input], [output], attributes) {
    convolveFilterGradient(cotangent!, input!, output!, geometry(attributes), attributes.relu);
  },
};

function geometry({ stride, offset }: PointwiseAttributes): WindowGeometry {
  return { size: [1, 1], stride, padding: -offset, dilation: 1 };
}
