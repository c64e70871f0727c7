import type { Shape } from "../../../graph/index.ts";
import type { DepthwiseAttributes, DepthwiseOps } from "../../../graph/ops/depthwise.ts";
import { groupCount } from "../instruction.ts";
import type { LoweringsOf } from "../lowering.ts";

/** Extents that all three kernels take, and the scratch for a padded plane of either side and the filter. */
function geometry(input: Shape, output: Shape, size: number, { stride, dilation, relu }: DepthwiseAttributes) {
  const [images, height, width, channels] = input as [number, number, number, number];
  const [, outputHeight, outputWidth] = output as [number, number, number];
  const padding = (dilation * (size - 1)) / 2;
  const margin = Math.ceil(padding / stride);
  const inputPlane = (height + 2 * padding) * (width + 2 * padding);
  const outputPlane = (outputHeight + 2 * margin) * (outputWidth + 2 * margin);
  return {
    images,
    extents: [
      ...[height, width, channels, outputHeight, outputWidth, size, stride, dilation],
      ...[relu ? 1 : 0, channels % 8 === 0 ? 1 : 0],
    ],
    scratch: 4 * channels * (Math.max(inputPlane, outputPlane) + size * size),
    filterLength: size * size * channels,
  };
}

export const depthwiseLowerings: LoweringsOf<DepthwiseOps> = {
  depthwise: {
    synchronizes: false,
    lower({ attributes, inputs: [input, filter], outputs: [output], address, scratch }) {
      const part = geometry(input!.shape, output!.shape, filter!.shape[0]!, attributes);
      scratch(part.scratch);
      const args = [address(input!), address(filter!), address(output!), ...part.extents];
      return [{ share: "images", kernel: "depthwise", args, images: part.images }];
    },
  },
  depthwiseInputGradient: {
    synchronizes: false,
    lower({ attributes, inputs: [cotangent, filter, input], outputs: [output], address, scratch }) {
      const part = geometry(input!.shape, cotangent!.shape, filter!.shape[0]!, attributes);
      scratch(part.scratch);
      const args = [address(cotangent!), address(filter!), address(input!), address(output!), ...part.extents];
      return [{ share: "images", kernel: "depthwiseInputGradient", args, images: part.images }];
    },
  },
  depthwiseFilterGradient: {
    synchronizes: true,
    lower({ attributes, inputs: [cotangent, input], outputs: [output], address, scratch, workspace }) {
      const part = geometry(input!.shape, cotangent!.shape, attributes.size, attributes);
      scratch(part.scratch);
      const { images, filterLength } = part;
      const groups = groupCount(images);
      const partials = workspace(4 * groups * filterLength);
      const args = [address(cotangent!), address(input!), partials, ...part.extents];
      return [
        { share: "groups", kernel: "depthwiseFilterGradient", args, images },
        { share: "barrier" },
        {
          share: "items",
          kernel: "sumGroups",
          args: [partials, groups, filterLength, address(output!)],
          count: filterLength / 4,
        },
      ];
    },
  },
};
