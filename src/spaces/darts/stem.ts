/** @file How images enter: one 3x3 convolution for small images, three of stride 2 for 224-pixel ones. */
import type { Value } from "../../graph/index.ts";
import type { Layers } from "../../network/index.ts";

/** `cifar`: keeps the size, 3C channels. `imagenet`: down to an eighth, C channels. */
export const STEMS = ["cifar", "imagenet"] as const;

export type StemKind = (typeof STEMS)[number];

export interface StemOutput {
  readonly outputs: readonly [Value, Value];
  /** Whether the first output is twice as large as the second. */
  readonly endsInReduction: boolean;
}

/** Appends the stem to the graph: images `[N, H, W, imageChannels]` -> the two inputs of the first cell. */
export function buildStem(layers: Layers, images: Value, kind: StemKind, initChannels: number): StemOutput {
  const step = (name: string, input: Value, channels: number, stride: number, relu: boolean): Value => {
    const layer = { channels, size: 3, stride, padding: 1, relu };
    return layers.batchNorm(`${name}.norm`, layers.convolution(name, input, layer), true);
  };
  if (kind === "cifar") {
    const output = step("stem", images, 3 * initChannels, 1, false);
    return { outputs: [output, output], endsInReduction: false };
  }
  const quarter = step("stem.1", step("stem.0", images, initChannels / 2, 2, false), initChannels, 2, true);
  return { outputs: [quarter, step("stem.2", quarter, initChannels, 2, true)], endsInReduction: true };
}
