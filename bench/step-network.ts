/** @file The networks whose training steps are timed: two pairs of cells, those of PyTorch's side. */
import type { DartsMacro } from "../src/spaces/darts/index.ts";

export const BENCH_CELLS: Readonly<Record<string, string>> = {
  mixed: `Genotype(
    normal=[('sep_conv_3x3', 0), ('dil_conv_5x5', 1), ('sep_conv_5x5', 0), ('max_pool_3x3', 2),
            ('skip_connect', 1), ('dil_conv_3x3', 3), ('avg_pool_3x3', 2), ('sep_conv_3x3', 4)], normal_concat=range(2, 6),
    reduce=[('max_pool_3x3', 0), ('sep_conv_5x5', 1), ('skip_connect', 0), ('dil_conv_3x3', 1),
            ('avg_pool_3x3', 1), ('sep_conv_3x3', 2), ('dil_conv_5x5', 0), ('skip_connect', 3)], reduce_concat=range(2, 6))`,
  separable: `Genotype(
    normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1),
            ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=range(2, 6),
    reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1),
            ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], reduce_concat=range(2, 6))`,
};

export const CLASS_COUNT = 10;
export const IMAGE_CHANNELS = 3;

export function benchSpec({
  channels,
  layers,
  image,
}: {
  channels: number;
  layers: number;
  image: number;
}): DartsMacro {
  return {
    imageSize: { height: image, width: image },
    imageChannels: IMAGE_CHANNELS,
    classCount: CLASS_COUNT,
    initChannels: channels,
    cellCount: layers,
    stem: "cifar",
    affine: false,
    poolNorm: true,
    skipNorm: false,
    auxiliaryHead: false,
  };
}
