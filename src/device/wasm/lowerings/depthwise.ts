import type { DepthwiseAttributes, DepthwiseOps, Shape } from "../../../graph/index.ts";
import type { LoweringsOf } from "../lowering.ts";
import { VECTOR_PAIRS } from "../operand.ts";
import { groupPartials } from "./group-partials.ts";
import { expectQuadChannels } from "./quad-channels.ts";

/** Extents that all three kernels take, and scratch for a padded plane of either side and the filter. */
function geometry(input: Shape, output: Shape, size: number, { stride, dilation, relu }: DepthwiseAttributes) {
  const [images, height, width, channels] = input as [number, number, number, number];
  const [, outputHeight, outputWidth] = output as [number, number, number];
  expectQuadChannels("depthwise", channels);
  const padding = (dilation * (size - 1)) / 2;
  const margin = Math.ceil(padding / stride);
  const inputPlane = (height + 2 * padding) * (width + 2 * padding);
  const outputPlane = (outputHeight + 2 * margin) * (outputWidth + 2 * margin);
  const extents = [height, width, channels, outputHeight, outputWidth, size, stride, dilation, relu ? 1 : 0];
  return {
    images,
    extents: [...extents, VECTOR_PAIRS],
    scratchBytes: 4 * channels * (Math.max(inputPlane, outputPlane) + size * size),
    length: size * size * channels,
  };
}

/** Whether a filter of this size is sooner applied than its output is written and read. */
function isCheap(size: number): boolean {
  return size <= 3;
}

export const depthwiseLowerings: LoweringsOf<DepthwiseOps> = {
  depthwise: {
    synchronizes: false,
    makesOutput: ({ inputs }) => (isCheap(inputs[1]!.shape[0]!) ? "again" : null),
    lower({ attributes, inputs: [input, filter], outputs: [output], address, scratch }) {
      const { images, extents, scratchBytes } = geometry(input!.shape, output!.shape, filter!.shape[0]!, attributes);
      scratch(scratchBytes);
      const args = [address(input!), address(filter!), address(output!), ...extents];
      const instructions = [{ share: "images", kernel: "depthwise", args, images }] as const;
      return isCheap(filter!.shape[0]!) ? { output: instructions } : { start: instructions };
    },
  },
  depthwiseInputGradient: {
    synchronizes: false,
    lower({ attributes, inputs: [cotangent, filter, input], outputs: [output], address, scratch }) {
      const { shape } = cotangent!;
      const { images, extents, scratchBytes } = geometry(input!.shape, shape, filter!.shape[0]!, attributes);
      scratch(scratchBytes);
      const args = [address(cotangent!), address(filter!), address(input!), address(output!), ...extents];
      return { start: [{ share: "images", kernel: "depthwiseInputGradient", args, images }] };
    },
  },
  depthwiseFilterGradient: {
    synchronizes: true,
    lower(context) {
      const { attributes, address, scratch } = context;
      const [cotangent, input] = context.inputs;
      const { extents, scratchBytes, ...sums } = geometry(input!.shape, cotangent!.shape, attributes.size, attributes);
      scratch(scratchBytes);
      const operands = [address(cotangent!), address(input!)];
      return groupPartials(context, "depthwiseFilterGradient", operands, extents, sums);
    },
  },
};
