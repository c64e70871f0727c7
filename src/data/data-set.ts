import type { DataReport } from "./data-report.ts";
import type { FileHash } from "./file-hash.ts";

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
  readonly count: number;
}

export type DataSourceKind = "demo" | "class-folders" | "idx" | "cifar-10" | "cifar-100";

/** What a data set was made from. */
export interface DataSource {
  readonly kind: DataSourceKind;
  /** As the caller gave it. */
  readonly path: string;
  /** SHA-256 of class names, shapes, pixels and labels of both splits, in hexadecimal: equal data, equal training. */
  readonly fingerprint: string;
  /** Every file that was read, those that hold no readable image too. */
  readonly files: readonly FileHash[];
  /** Name and version of what decodes image files; null where none was decoded. */
  readonly decoder: string | null;
}

/** Labelled images, checked and ready to be trained on. Plain data apart from the pixel buffers. */
export interface DataSet {
  readonly name: string;
  readonly channels: ChannelCount;
  readonly imageSize: ImageSize;
  /** Sorted by code point for folders, in the order of the files' own labels otherwise. */
  readonly classNames: readonly string[];
  readonly train: ImageSplit;
  /** Kept out of training; null if none was given and none was asked for. */
  readonly test: ImageSplit | null;
  readonly source: DataSource;
  readonly report: DataReport;
}

/** Bytes of one image. */
export function imageLength(shape: ImageShape): number {
  return shape.height * shape.width * shape.channels;
}
