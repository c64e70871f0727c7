/**
 * @file The auxiliary classifier of the NASNet family, hung on the second reduction cell while training: pool to 2x2, 1x1
 * convolution to 128 channels, 2x2 convolution to 768, linear. On the 8x8 maps of CIFAR-10 the pool is 5x5 with stride 3,
 * as published; other sizes scale it so that 2x2 remain.
 */
import { IstaNasError } from "../../error.ts";
import type { Value } from "../../graph/index.ts";
import type { Layers } from "../../network/index.ts";

/** Appends the head: `[N, H, W, C]` -> logits `[N, classCount]`. Throws `E_AUXILIARY_SIZE` if H or W is below 2. */
export function buildAuxiliaryHead(layers: Layers, input: Value, classCount: number): Value {
  const extent = Math.min(input.shape[1]!, input.shape[2]!);
  if (extent < 2) {
    throw new IstaNasError(`auxiliary head: feature map got ${extent} pixel, expected at least 2`, {
      code: "E_AUXILIARY_SIZE",
      kind: "usage",
      hint: "use larger images (--image-size) or leave out the auxiliary head (--auxiliary 0)",
    });
  }
  const size = Math.min(extent - 1, Math.ceil((extent * 5) / 8));
  const { graph } = layers;
  const rectified = graph.apply("relu", [input], {});
  const pooled = graph.apply("averagePool", [rectified], { size, stride: extent - size, padding: 0 });
  const narrow = layers.pointwise("auxiliary.narrow", pooled, { channels: 128, relu: false });
  const normed = layers.batchNorm("auxiliary.narrow.norm", narrow, true);
  const wide = layers.convolution("auxiliary.wide", normed, {
    channels: 768,
    size: 2,
    stride: 1,
    padding: 0,
    relu: true,
  });
  const features = graph.apply("relu", [layers.batchNorm("auxiliary.wide.norm", wide, true)], {});
  return layers.linear("auxiliary.classifier", graph.apply("globalMean", [features], {}), classCount);
}
