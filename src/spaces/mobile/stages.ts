/** @file Widths, repeats and strides of a chain of inverted residuals: what is not searched. */

/** A run of layers of one width. */
export interface Stage {
  /** A multiple of 4. */
  readonly channels: number;
  readonly layers: number;
  /** Of its first layer, 1 or 2. */
  readonly stride: number;
}

export interface ChainShape {
  /** The dense 3x3 convolution that images enter by. */
  readonly stem: { readonly channels: number; readonly stride: number };
  /** Width of the one layer that is not searched: a 3x3 block that does not widen. */
  readonly firstChannels: number;
  readonly stages: readonly Stage[];
  /** Channels of the 1x1 convolution before the mean over all pixels. */
  readonly headChannels: number;
}

/** `imagenet`: as ProxylessNAS, for images of 224 pixels. `small`: for images of 28 to 64 pixels. */
export const CHAIN_SHAPES: Readonly<Record<"imagenet" | "small", ChainShape>> = {
  imagenet: {
    stem: { channels: 32, stride: 2 },
    firstChannels: 16,
    stages: [
      { channels: 24, layers: 4, stride: 2 },
      { channels: 40, layers: 4, stride: 2 },
      { channels: 80, layers: 4, stride: 2 },
      { channels: 96, layers: 4, stride: 1 },
      { channels: 192, layers: 4, stride: 2 },
      { channels: 320, layers: 1, stride: 1 },
    ],
    headChannels: 1280,
  },
  small: {
    stem: { channels: 16, stride: 1 },
    firstChannels: 8,
    stages: [
      { channels: 16, layers: 3, stride: 2 },
      { channels: 32, layers: 3, stride: 2 },
      { channels: 48, layers: 3, stride: 1 },
      { channels: 64, layers: 2, stride: 2 },
    ],
    headChannels: 256,
  },
};

/** The shape whose first stage has so many channels, all other widths in proportion, as multiples of 4. Default: as it is. */
export function scaled(shape: ChainShape, channels: number = shape.stages[0]!.channels): ChainShape {
  const factor = channels / shape.stages[0]!.channels;
  const width = (published: number) => Math.max(4, 4 * Math.round((factor * published) / 4));
  return {
    stem: { ...shape.stem, channels: width(shape.stem.channels) },
    firstChannels: width(shape.firstChannels),
    stages: shape.stages.map((stage) => ({ ...stage, channels: width(stage.channels) })),
    headChannels: width(shape.headChannels),
  };
}

/** One searched layer of a chain. */
export interface Layer {
  /** Such as `stage0/layer1`; its choice group's name, too. */
  readonly name: string;
  /** Of its input and its output. */
  readonly inputs: number;
  readonly channels: number;
  readonly stride: number;
  /** Whether input and output are of one shape: then there is a shortcut, and the layer may be nothing else. */
  readonly hasShortcut: boolean;
}

/** All searched layers, from the images on. */
export function layersOf({ firstChannels, stages }: ChainShape): readonly Layer[] {
  let before = firstChannels;
  return stages.flatMap(({ channels, layers, stride }, stage) =>
    Array.from({ length: layers }, (_, layer) => {
      const ownStride = layer === 0 ? stride : 1;
      const inputs = before;
      const hasShortcut = ownStride === 1 && inputs === channels;
      before = channels;
      return { name: `stage${stage}/layer${layer}`, inputs, channels, stride: ownStride, hasShortcut };
    }),
  );
}
