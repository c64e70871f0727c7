/**
 * @file A channel-wise affine map as a depthwise 1x1 convolution. Mul and Add of `[1, C, 1, 1]` constants say the same,
 * but OpenCV 4.6 computes something else from them where there are several images; a convolution all readers know.
 */
import type { ChannelAffine } from "./channel-affine.ts";
import type { NodeParts, OnnxGraphBuilder } from "./graph-builder.ts";

export interface AffineParts {
  /** Tensor `[N, C, H, W]`. */
  readonly input: string;
  readonly affine: ChannelAffine;
  /** Name of the factors; those of the summands, where there are any, is the second. */
  readonly names: readonly [scale: string, shift: string];
}

/** What computes the map, to be appended to the graph. */
export function affineConv(
  builder: OnnxGraphBuilder,
  { input, affine, names }: AffineParts,
): Pick<NodeParts, "op" | "inputs" | "attributes"> {
  const { scale, shift } = affine;
  const channels = scale.length;
  const inputs = [input, builder.constant(names[0], [channels, 1, 1, 1], scale)];
  if (shift.some((value) => value !== 0)) inputs.push(builder.constant(names[1], [channels], shift));
  return {
    op: "Conv",
    inputs,
    attributes: { dilations: [1, 1], group: channels, kernel_shape: [1, 1], pads: [0, 0, 0, 0], strides: [1, 1] },
  };
}
