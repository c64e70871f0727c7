/** @file Widths and depths of the networks that are fused, VGG-like (Simonyan and Zisserman 2015): what is not searched. */

/** Stages of one width and one resolution; a pool stands before every block but the first. */
export interface Block {
  /** A multiple of 4. */
  readonly channels: number;
  readonly stages: number;
}

/** All blocks of one network, from the images on. */
export type Backbone = readonly Block[];

/** `vgg16`: the convolutions of VGG-16, as MTL-NAS has them. `small`: for images of 28 to 64 pixels. */
export const BACKBONES: Readonly<Record<"small" | "vgg16", Backbone>> = {
  small: [
    { channels: 16, stages: 2 },
    { channels: 32, stages: 2 },
    { channels: 64, stages: 2 },
  ],
  vgg16: [
    { channels: 64, stages: 2 },
    { channels: 128, stages: 2 },
    { channels: 256, stages: 3 },
    { channels: 512, stages: 3 },
    { channels: 512, stages: 3 },
  ],
};

/** The backbone whose first block has so many channels, all other widths in proportion, as multiples of 4. Default: as it is. */
export function scaled(backbone: Backbone, channels: number = backbone[0]!.channels): Backbone {
  const factor = channels / backbone[0]!.channels;
  return backbone.map((block) => ({ ...block, channels: Math.max(4, 4 * Math.round((factor * block.channels) / 4)) }));
}

/** Indices of the stages of each block: stages are counted over the whole network. */
export function stagesByBlock(backbone: Backbone): readonly (readonly number[])[] {
  let first = 0;
  return backbone.map(({ stages }) => {
    first += stages;
    return Array.from({ length: stages }, (_, stage) => first - stages + stage);
  });
}

export function stageCount(backbone: Backbone): number {
  return backbone.reduce((count, { stages }) => count + stages, 0);
}
