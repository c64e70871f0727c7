import type { Shape } from "../../../graph/index.ts";
import type { PointwiseAttributes, PointwiseOps } from "../../../graph/ops/pointwise.ts";
import { groupCount } from "../instruction.ts";
import type { LoweringsOf } from "../lowering.ts";

/** Bytes of a run of pixels in the scratch: see RUN_BYTES in kernels/matrix.ts; a run is never shorter than four pixels. */
function runBytes(channels: number): number {
  return Math.max(16384, 16 * channels);
}

/** Extents that all three kernels take, and the scratch that the larger of theirs needs. */
function geometry(input: Shape, output: Shape, { stride, offset, relu }: PointwiseAttributes) {
  const [images, height, width, channels] = input as [number, number, number, number];
  const [, outputHeight, outputWidth, outputChannels] = output as [number, number, number, number];
  const extents = [height, width, channels, outputHeight, outputWidth, outputChannels, stride, offset, relu ? 1 : 0];
  const scratch = 4 * channels * outputChannels + runBytes(channels) + 4 * outputWidth * channels;
  return { images, extents, scratch, filterLength: channels * outputChannels };
}

export const pointwiseLowerings: LoweringsOf<PointwiseOps> = {
  pointwise: {
    synchronizes: false,
    lower({ attributes, inputs: [input, filter], outputs: [output], address, scratch }) {
      const { images, extents, scratch: bytes } = geometry(input!.shape, output!.shape, attributes);
      scratch(bytes);
      const args = [address(input!), address(filter!), address(output!), ...extents];
      return [{ share: "images", kernel: "pointwise", args, images }];
    },
  },
  pointwiseInputGradient: {
    synchronizes: false,
    lower({ attributes, inputs: [cotangent, filter, input], outputs: [output], address, scratch }) {
      const { images, extents, scratch: bytes } = geometry(input!.shape, cotangent!.shape, attributes);
      scratch(bytes);
      const args = [address(cotangent!), address(filter!), address(input!), address(output!), ...extents];
      return [{ share: "images", kernel: "pointwiseInputGradient", args, images }];
    },
  },
  pointwiseFilterGradient: {
    synchronizes: true,
    lower({ attributes, inputs: [cotangent, input], outputs: [output], address, scratch, workspace }) {
      const { images, extents, scratch: bytes, filterLength } = geometry(input!.shape, cotangent!.shape, attributes);
      scratch(bytes);
      const groups = groupCount(images);
      const partials = workspace(4 * groups * filterLength);
      const args = [address(cotangent!), address(input!), partials, ...extents];
      return [
        { share: "groups", kernel: "pointwiseFilterGradient", args, images },
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
