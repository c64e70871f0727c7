/** @file Images and their shape. */

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

/** The pixels of decoded images of one shape, in memory or on disk. What is read may be a view: it is not to be changed. */
export interface ImagePixels {
  readonly shape: ImageShape;
  readonly count: number;
  /** `[N, H, W, C]`, 0 to 255, of the images from `start` to before `end`. Throws `E_DATA_SHARD` for what cannot be read. */
  range(start: number, end: number): Uint8Array;
  /** The same of the images at `indices`, in their order. */
  read(indices: ArrayLike<number>): Uint8Array;
}

/** Images and their labels, as they were decoded: neither normalised nor augmented. */
export interface ImageSplit {
  readonly shape: ImageShape;
  readonly pixels: ImagePixels;
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
