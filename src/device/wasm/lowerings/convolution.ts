import type { ConvolutionAttributes, ConvolutionOps, Shape } from "../../../graph/index.ts";
import type { LoweringsOf } from "../lowering.ts";
import { VECTOR_PAIRS } from "../operand.ts";
import { groupPartials } from "./group-partials.ts";
import { expectQuadChannels } from "./quad-channels.ts";

/** Bytes of windows that are worked on at a time: RUN_BYTES in kernels/matrix.ts, but a row of output pixels if that is more. */
const RUN_BYTES = 16384;

/** Floats of a filter above which partial sums for each group of images cost more than reading all images in each thread. */
const LARGE_FILTER = 65536;

/** Extents that all kernels take, and scratch for the filter and a run of windows. */
function geometry(
  input: Shape,
  output: Shape,
  size: readonly [number, number],
  { stride, padding, relu }: ConvolutionAttributes,
) {
  const [images, height, width, channels] = input as [number, number, number, number];
  const [, outputHeight, outputWidth, outputChannels] = output as [number, number, number, number];
  expectQuadChannels("convolution output", outputChannels);
  const inner = size[0] * size[1] * channels;
  const windowLength = Math.ceil(inner / 4) * 4;
  const extents = [height, width, channels, outputHeight, outputWidth, outputChannels, ...size, stride, padding];
  return {
    images,
    inner,
    extents: [...extents, relu ? 1 : 0, VECTOR_PAIRS],
    scratchBytes: 4 * windowLength * outputChannels + Math.max(RUN_BYTES, 4 * windowLength * outputWidth),
    length: inner * outputChannels,
    partialLength: windowLength * outputChannels,
  };
}

export const convolutionLowerings: LoweringsOf<ConvolutionOps> = {
  convolution: {
    synchronizes: false,
    lower({ attributes, inputs: [input, filter], outputs: [output], address, scratch }) {
      const size = [filter!.shape[0]!, filter!.shape[1]!] as const;
      const { images, extents, scratchBytes } = geometry(input!.shape, output!.shape, size, attributes);
      scratch(scratchBytes);
      const args = [address(input!), address(filter!), address(output!), ...extents];
      return { start: [{ share: "images", kernel: "convolution", args, images }] };
    },
  },
  convolutionInputGradient: {
    synchronizes: false,
    lower({ attributes, inputs: [cotangent, filter, input], outputs: [output], address, scratch }) {
      const size = [filter!.shape[0]!, filter!.shape[1]!] as const;
      const { images, extents, scratchBytes } = geometry(input!.shape, cotangent!.shape, size, attributes);
      scratch(scratchBytes);
      const args = [address(cotangent!), address(filter!), address(input!), address(output!), ...extents];
      return { start: [{ share: "images", kernel: "convolutionInputGradient", args, images }] };
    },
  },
  convolutionFilterGradient: {
    synchronizes: true,
    lower(context) {
      const { attributes, outputs, address, scratch } = context;
      const [cotangent, input] = context.inputs;
      const { images, inner, extents, scratchBytes, ...lengths } = geometry(
        input!.shape,
        cotangent!.shape,
        attributes.size,
        attributes,
      );
      scratch(scratchBytes);
      const operands = [address(cotangent!), address(input!)];
      if (lengths.length > LARGE_FILTER && inner % 4 === 0) {
        const args = [...operands, address(outputs[0]!), ...extents, images];
        return { start: [], finish: [{ share: "items", kernel: "convolutionFilterRows", args, count: inner / 4 }] };
      }
      return groupPartials(context, "convolutionFilterGradient", operands, extents, { images, ...lengths });
    },
  },
};
