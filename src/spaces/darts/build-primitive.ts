/** @file The seven primitives of the DARTS space as layers. A separable convolution is two rounds, a dilated one is one. */
import type { Value } from "../../graph/index.ts";
import type { Layers } from "../../network/index.ts";
import type { Primitive } from "./primitive.ts";

export interface PrimitiveOptions {
  /** 2 on edges that leave the inputs of a reduction cell, else 1. */
  readonly stride: 1 | 2;
  /** Scale and shift in the batch norms. */
  readonly affine: boolean;
  /** Batch norm after pools. */
  readonly poolNorm: boolean;
  /** Batch norm after skips of stride 1. */
  readonly skipNorm: boolean;
}

/** Appends one primitive; input and output have the same number of channels `[N, H, W, C]` -> `[N, ceil(H / stride), ceil(W / stride), C]`. */
export function buildPrimitive(
  layers: Layers,
  name: string,
  primitive: Primitive,
  input: Value,
  options: PrimitiveOptions,
): Value {
  const { stride, affine } = options;
  const channels = input.shape[3]!;
  const round = (part: string, x: Value, size: number, roundStride: number, dilation: number): Value => {
    const filtered = layers.depthwise(part, x, { size, stride: roundStride, dilation });
    return layers.batchNorm(`${part}.norm`, layers.pointwise(part, filtered, { channels, relu: false }), affine);
  };
  const separable = (size: number): Value =>
    round(`${name}.second`, round(`${name}.first`, input, size, stride, 1), size, 1, 1);
  const pooled = (kind: "maxPool" | "averagePool"): Value => {
    const output = layers.graph.apply(kind, [input], { size: 3, stride, padding: 1 });
    return options.poolNorm ? layers.batchNorm(`${name}.norm`, output, affine) : output;
  };
  switch (primitive) {
    case "max_pool_3x3":
      return pooled("maxPool");
    case "avg_pool_3x3":
      return pooled("averagePool");
    case "skip_connect":
      if (stride === 2) return layers.factorizedReduce(name, input, channels, affine);
      return options.skipNorm ? layers.batchNorm(`${name}.norm`, input, affine) : input;
    case "sep_conv_3x3":
      return separable(3);
    case "sep_conv_5x5":
      return separable(5);
    case "dil_conv_3x3":
      return round(name, input, 3, stride, 2);
    case "dil_conv_5x5":
      return round(name, input, 5, stride, 2);
  }
}
