/** @file The small networks of the other spaces whose golden numbers lie in spaces.safetensors: all blocks and operations, derived and super-nets. */
import type { NetworkBuilder, NetworkShape } from "../../network/index.ts";
import { type LayerChoice, mobileNetwork, type Stage } from "../../spaces/mobile/index.ts";
import { nb201Network, type Operation, type Reduction } from "../../spaces/nas-bench-201/index.ts";

/** A stage of a golden chain: its width, the stride of its first layer, and what each of its layers keeps. */
interface KeptStage {
  readonly channels: number;
  readonly stride: number;
  readonly kept: readonly (readonly LayerChoice[])[];
}

interface KeptChain {
  readonly stem: { readonly channels: number; readonly stride: number };
  readonly stages: readonly KeptStage[];
  readonly headChannels: number;
  readonly affine: boolean;
}

interface KeptCell {
  readonly kept: readonly (readonly Operation[])[];
  readonly reduction: Reduction;
  readonly affine: boolean;
}

const CHAIN: KeptChain = {
  stem: { channels: 4, stride: 1 },
  stages: [
    { channels: 4, stride: 1, kept: [["mb3_5x5"], ["identity"]] },
    { channels: 8, stride: 2, kept: [["mb6_3x3"], ["mb3_7x7"]] },
    { channels: 4, stride: 1, kept: [["mb6_5x5"]] },
    { channels: 8, stride: 2, kept: [["mb3_3x3"]] },
    { channels: 4, stride: 1, kept: [["mb6_7x7"]] },
  ],
  headChannels: 12,
  affine: true,
};

const CHAIN_SUPER_NET: KeptChain = {
  stem: { channels: 4, stride: 2 },
  stages: [
    {
      ...{ channels: 4, stride: 1 },
      kept: [
        ["mb3_3x3", "identity"],
        ["mb3_5x5", "mb6_3x3"],
      ],
    },
    { channels: 8, stride: 2, kept: [["mb3_7x7", "mb3_3x3"]] },
  ],
  headChannels: 8,
  affine: false,
};

/** Node 1 gets nothing. */
const CELL: KeptCell = {
  kept: [["none"], ["nor_conv_3x3"], ["skip_connect"], ["avg_pool_3x3"], ["none"], ["nor_conv_1x1"]],
  ...{ reduction: "residual", affine: true },
};

const CELL_SUPER_NET: KeptCell = {
  kept: [
    ["nor_conv_1x1", "none"],
    ["skip_connect", "avg_pool_3x3"],
    ["nor_conv_1x1", "skip_connect"],
    ["none", "avg_pool_3x3"],
    ["nor_conv_3x3", "none"],
    ["skip_connect", "nor_conv_1x1"],
  ],
  ...{ reduction: "pool", affine: false },
};

const FIRST_CHANNELS = 4;

/** By their name in the file. */
export const GOLDEN_NETWORKS: ReadonlyMap<string, (shape: NetworkShape) => NetworkBuilder> = new Map([
  ["mobile", (shape: NetworkShape) => chainNetwork(shape, CHAIN)],
  ["mobile-super-net", (shape: NetworkShape) => chainNetwork(shape, CHAIN_SUPER_NET)],
  ["nas-bench-201", (shape: NetworkShape) => cellNetwork(shape, CELL)],
  ["nas-bench-201-super-net", (shape: NetworkShape) => cellNetwork(shape, CELL_SUPER_NET)],
]);

function chainNetwork(images: NetworkShape, { stem, stages, headChannels, affine }: KeptChain): NetworkBuilder {
  const widths = stages.map(({ channels, stride, kept }): Stage => ({ channels, stride, layers: kept.length }));
  const shape = { stem, firstChannels: FIRST_CHANNELS, stages: widths, headChannels };
  return mobileNetwork(
    { ...images, shape, affine },
    stages.flatMap(({ kept }) => kept),
  );
}

function cellNetwork(images: NetworkShape, { kept, reduction, affine }: KeptCell): NetworkBuilder {
  const cells = { channels: FIRST_CHANNELS, cellsPerStage: 1, everyNorm: false };
  return nb201Network({ ...images, ...cells, reduction, affine }, kept);
}
