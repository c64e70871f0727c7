/**
 * @file The blocks of ProxylessNAS (Cai, Zhu and Han 2019): inverted residuals of MobileNetV2. A 1x1 convolution widens, a depthwise one filters,
 * a 1x1 convolution narrows; batch norm after each, ReLU6 after the first two, nothing after the last (the bottleneck is linear).
 */
import type { Value } from "../../graph/index.ts";
import type { Layers } from "../../network/index.ts";

/** What a layer may be, in the order in which candidates are counted: expansion and window. */
export const BLOCKS = ["mb3_3x3", "mb3_5x5", "mb3_7x7", "mb6_3x3", "mb6_5x5", "mb6_7x7"] as const;

export type Block = (typeof BLOCKS)[number];

export function isBlock(text: string): text is Block {
  return (BLOCKS as readonly string[]).includes(text);
}

/** How many times wider a block's inside is than its input, and its window. */
export function blockTraits(block: Block): { readonly expansion: number; readonly size: number } {
  const [, expansion, size] = /^mb(\d)_(\d)/.exec(block)!;
  return { expansion: Number(expansion), size: Number(size) };
}

export interface BottleneckOptions {
  /** Of the output. */
  readonly channels: number;
  readonly stride: number;
  /** Scale and shift in its batch norms. */
  readonly affine: boolean;
}

/** One of the blocks, without shortcut: `[N, H, W, C]` -> `[N, ceil(H / stride), ceil(W / stride), channels]`. */
export function buildBlock(
  layers: Layers,
  name: string,
  block: Block,
  input: Value,
  options: BottleneckOptions,
): Value {
  const { expansion, size } = blockTraits(block);
  return buildBottleneck(layers, name, expansion, size, input, options);
}

/** An inverted residual without shortcut; with an expansion of 1 nothing widens. */
export function buildBottleneck(
  layers: Layers,
  name: string,
  expansion: number,
  size: number,
  input: Value,
  { channels, stride, affine }: BottleneckOptions,
): Value {
  const { graph } = layers;
  const activated = (part: string, value: Value) =>
    graph.apply("relu6", [layers.batchNorm(`${name}.${part}.norm`, value, affine)], {});
  const width = expansion * input.shape[3]!;
  const wide =
    expansion === 1
      ? input
      : activated("expand", layers.pointwise(`${name}.expand`, input, { channels: width, relu: false }));
  const layer = { size, stride, dilation: 1, relu: false };
  const filtered = activated("filter", layers.depthwise(`${name}.filter`, wide, layer));
  const narrow = layers.pointwise(`${name}.project`, filtered, { channels, relu: false });
  return layers.batchNorm(`${name}.project.norm`, narrow, affine);
}
