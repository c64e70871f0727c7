import type { Shape } from "../../../graph/index.ts";
import type { ConvolutionAttributes, ConvolutionOps } from "../../../graph/ops/convolution.ts";
import { groupCount } from "../instruction.ts";
import type { LoweringsOf } from "../lowering.ts";

/** Extents that all three kernels take, and their scratch. */
function geometry(
  input: Shape,
  output: Shape,
  size: readonly [number, number],
  { stride, padding, relu }: ConvolutionAttributes,
) {
  const [images, height, width, channels] = input as [number, number, number, number];
  const [, outputHeight, outputWidth, outputChannels] = output as [number, number, number, number];
  const window = Math.ceil((size[0] * size[1] * channels) / 4) * 4;
  const extents = [height, width, channels, outputHeight, outputWidth, outputChannels, ...size];
  return {
    images,
    extents: [...extents, stride, padding, relu ? 1 : 0],
    scratch: 4 * window * (outputChannels + outputWidth),
    /** Floats of one group's partial sums; the filter is their beginning. */
    partialLength: window * outputChannels,
    filterLength: size[0] * size[1] * channels * outputChannels,
  };
}

export const convolutionLowerings: LoweringsOf<ConvolutionOps> = {
  convolution: {
    synchronizes: false,
    lower({ attributes, inputs: [input, filter], outputs: [output], address, scratch }) {
      const size = [filter!.shape[0]!, filter!.shape[1]!] as const;
      const { images, extents, scratch: bytes } = geometry(input!.shape, output!.shape, size, attributes);
      scratch(bytes);
      const args = [address(input!), address(filter!), address(output!), ...extents];
      return [{ share: "images", kernel: "convolution", args, images }];
    },
  },
  convolutionInputGradient: {
    synchronizes: false,
    lower({ attributes, inputs: [cotangent, filter, input], outputs: [output], address, scratch }) {
      const size = [filter!.shape[0]!, filter!.shape[1]!] as const;
      const { images, extents, scratch: bytes } = geometry(input!.shape, cotangent!.shape, size, attributes);
      scratch(bytes);
      const args = [address(cotangent!), address(filter!), address(input!), address(output!), ...extents];
      return [{ share: "images", kernel: "convolutionInputGradient", args, images }];
    },
  },
  convolutionFilterGradient: {
    synchronizes: true,
    lower({ attributes, inputs: [cotangent, input], outputs: [output], address, scratch, workspace }) {
      const part = geometry(input!.shape, cotangent!.shape, attributes.size, attributes);
      scratch(part.scratch);
      const { images, partialLength, filterLength } = part;
      const groups = groupCount(images);
      const partials = workspace(4 * groups * partialLength);
      const args = [address(cotangent!), address(input!), partials, ...part.extents];
      return [
        { share: "groups", kernel: "convolutionFilterGradient", args, images },
        { share: "barrier" },
        {
          share: "items",
          kernel: "sumGroups",
          args: [partials, groups, partialLength, address(output!)],
          count: filterLength / 4,
        },
      ];
    },
  },
};
