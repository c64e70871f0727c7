/** @file Images in memory, and their shape. */

/** Pixels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** One channel is grey, three are red, green, blue. */
export type ChannelCount = 1 | 3;

export interface ImageShape extends ImageSize {
  readonly channels: ChannelCount;
}

/** Images and their labels, in memory, as they were decoded: neither normalised nor augmented. */
export interface ImageSplit {
  readonly shape: ImageShape;
  /** `[N, H, W, C]`, 0 to 255. */
  readonly pixels: Uint8Array;
  /** `[N]`, indices into the class names of the data set. */
  readonly labels: Uint16Array;
  /** `[N]` each, indices into the class names of the other tasks of the data set. Missing where there is one task. */
  readonly otherLabels?: readonly Uint16Array[];
  readonly count: number;
}

/** Bytes of one image. */
export function imageLength(shape: ImageShape): number {
  return shape.height * shape.width * shape.channels;
}
