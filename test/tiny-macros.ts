/** @file Networks of the other spaces, small enough to be run many times. */
import type { NetworkShape } from "../src/network/index.ts";
import type { Backbone, FusionMacro } from "../src/spaces/fusion/index.ts";
import type { ChainShape, MobileMacro } from "../src/spaces/mobile/index.ts";
import type { Nb201Macro } from "../src/spaces/nas-bench-201/index.ts";

const IMAGES = { imageSize: { height: 8, width: 10 }, imageChannels: 3, classCount: 3 } as const;

export const TINY_NB201: Nb201Macro = {
  ...IMAGES,
  channels: 4,
  cellsPerStage: 1,
  reduction: "residual",
  affine: false,
  everyNorm: false,
};

export const TINY_CHAIN: ChainShape = {
  stem: { channels: 4, stride: 1 },
  firstChannels: 4,
  stages: [
    { channels: 4, layers: 2, stride: 1 },
    { channels: 8, layers: 2, stride: 2 },
  ],
  headChannels: 12,
};

export const TINY_MOBILE: MobileMacro = { ...IMAGES, shape: TINY_CHAIN, affine: true };

/** Of the space of one's own in docs/examples. */
export const TINY_PLAIN_CHAIN: NetworkShape & { width: number; affine: boolean; everyNorm: boolean } = {
  ...IMAGES,
  ...{ width: 4, affine: true, everyNorm: true },
};

export const TINY_BACKBONE: Backbone = [
  { channels: 4, stages: 2 },
  { channels: 8, stages: 1 },
];

/** Of two tasks. */
export const TINY_FUSION: FusionMacro = {
  ...IMAGES,
  otherTasks: [{ name: "texture", classCount: 2 }],
  backbone: TINY_BACKBONE,
};
