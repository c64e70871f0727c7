import type { PointwiseAttributes, PointwiseOps, Shape } from "../../../graph/index.ts";
import type { LoweringsOf } from "../lowering.ts";
import { VECTOR_PAIRS } from "../operand.ts";
import { groupPartials } from "./group-partials.ts";
import { expectQuadChannels } from "./quad-channels.ts";

/** Bytes of pixels that are worked on at a time: RUN_BYTES in kernels/matrix.ts, but four pixels or a row if that is more. */
const RUN_BYTES = 16384;

/** Extents that all three kernels take, and scratch for the filter and a run of pixels. */
function geometry(input: Shape, output: Shape, { stride, offset, relu }: PointwiseAttributes) {
  const [images, height, width, channels] = input as [number, number, number, number];
  const [, outputHeight, outputWidth, outputChannels] = output as [number, number, number, number];
  expectQuadChannels("pointwise input", channels);
  expectQuadChannels("pointwise output", outputChannels);
  const length = channels * outputChannels;
  return {
    images,
    extents: [
      height,
      width,
      channels,
      outputHeight,
      outputWidth,
      outputChannels,
      stride,
      offset,
      relu ? 1 : 0,
      VECTOR_PAIRS,
    ],
    scratchBytes: 4 * length + Math.max(RUN_BYTES, 4 * channels * Math.max(4, outputWidth)),
    length,
  };
}

export const pointwiseLowerings: LoweringsOf<PointwiseOps> = {
  pointwise: {
    synchronizes: false,
    lower({ attributes, inputs: [input, filter], outputs: [output], address, scratch }) {
      const { images, extents, scratchBytes } = geometry(input!.shape, output!.shape, attributes);
      scratch(scratchBytes);
      const args = [address(input!), address(filter!), address(output!), ...extents];
      return { start: [{ share: "images", kernel: "pointwise", args, images }] };
    },
  },
  pointwiseInputGradient: {
    synchronizes: false,
    lower({ attributes, inputs: [cotangent, filter, input], outputs: [output], address, scratch }) {
      const { images, extents, scratchBytes } = geometry(input!.shape, cotangent!.shape, attributes);
      scratch(scratchBytes);
      const args = [address(cotangent!), address(filter!), address(input!), address(output!), ...extents];
      return { start: [{ share: "images", kernel: "pointwiseInputGradient", args, images }] };
    },
  },
  pointwiseFilterGradient: {
    synchronizes: true,
    lower(context) {
      const { attributes, address, scratch } = context;
      const [cotangent, input] = context.inputs;
      const { extents, scratchBytes, ...sums } = geometry(input!.shape, cotangent!.shape, attributes);
      scratch(scratchBytes);
      const operands = [address(cotangent!), address(input!)];
      return groupPartials(context, "pointwiseFilterGradient", operands, extents, sums);
    },
  },
};
