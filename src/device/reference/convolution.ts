import type { ConvolutionAttributes, ConvolutionOps } from "../../graph/index.ts";
import { convolve, convolveFilterGradient, convolveInputGradient } from "./dense.ts";
import type { KernelsOf, Tensor } from "./kernel.ts";
import type { WindowGeometry } from "./window.ts";

export const convolutionKernels: KernelsOf<ConvolutionOps> = {
  convolution([input, filter], [output], attributes) {
    convolve(input!, filter!, output!, geometry(attributes, sizeOf(filter!)), attributes.relu);
  },
  convolutionInputGradient([cotangent, filter, input], [output], attributes) {
    const window = geometry(attributes, sizeOf(filter!));
    convolveInputGradient(cotangent!, filter!, input!, output!, window, attributes.relu);
  },
  convolutionFilterGradient([cotangent, input], [output], attributes) {
    convolveFilterGradient(cotangent!, input!, output!, geometry(attributes, attributes.size), attributes.relu);
  },
};

function sizeOf(filter: Tensor): readonly [number, number] {
  return [filter.shape[0]!, filter.shape[1]!];
}

function geometry({ stride, padding }: ConvolutionAttributes, size: readonly [number, number]): WindowGeometry {
  return { size, stride, padding, dilation: 1 };
}
