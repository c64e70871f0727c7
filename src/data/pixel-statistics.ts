/**
 * @file Mean and standard deviation of each channel, and the normalisation (x / 255 - mean) / deviation made from them. Sums are
 * taken over integers, exactly, so they do not depend on the order of the images.
 */
import { type ImageSplit, imageLength } from "./image-split.ts";
import { pixelParts } from "./pixel-parts.ts";

/** One number a channel, in units where 0 is black and 1 is white. */
export interface PixelStatistics {
  readonly mean: readonly number[];
  /** Of the population, not of a sample; at least one grey level, so that a channel that never changes can be divided by it. */
  readonly standardDeviation: readonly number[];
}

/** One grey level. */
const LEAST_DEVIATION = 1 / 255;

/** Statistics of the images at `indices`, by default of all. */
export function pixelStatistics(split: ImageSplit, indices?: ArrayLike<number>): PixelStatistics {
  const { channels } = split.shape;
  const length = imageLength(split.shape);
  const count = indices?.length ?? split.count;
  const histograms = Array.from({ length: channels }, () => new Float64Array(256));
  for (const pixels of pixelParts(split.pixels, indices)) {
    for (let channel = 0; channel < channels; channel++) {
      const histogram = histograms[channel]!;
      for (let p = channel; p < pixels.length; p += channels) histogram[pixels[p]!]!++;
    }
  }
  const pixelCount = (count * length) / channels;
  const moments = histograms.map((histogram) => {
    let [sum, squares] = [0n, 0n];
    histogram.forEach((occurrences, value) => {
      sum += BigInt(occurrences) * BigInt(value);
      squares += BigInt(occurrences) * BigInt(value * value);
    });
    return {
      mean: Number(sum) / (255 * pixelCount),
      deviation: Math.sqrt(Number(BigInt(pixelCount) * squares - sum * sum)) / (255 * pixelCount),
    };
  });
  return {
    mean: moments.map((channel) => channel.mean),
    standardDeviation: moments.map((channel) => Math.max(channel.deviation, LEAST_DEVIATION)),
  };
}

/** Normalised value of every pixel value, `[C, 256]`. */
export function normalisationTable(statistics: PixelStatistics): Float32Array {
  const table = new Float32Array(statistics.mean.length * 256);
  statistics.mean.forEach((mean, channel) => {
    const deviation = statistics.standardDeviation[channel]!;
    for (let value = 0; value < 256; value++) table[channel * 256 + value] = (value / 255 - mean) / deviation;
  });
  return table;
}

/** Normalised copy of pixels `[..., C]`, channels last. */
export function normalisePixels(pixels: Uint8Array, statistics: PixelStatistics): Float32Array {
  const table = normalisationTable(statistics);
  const channels = statistics.mean.length;
  const values = new Float32Array(pixels.length);
  for (let channel = 0; channel < channels; channel++) {
    const base = channel * 256;
    for (let p = channel; p < pixels.length; p += channels) values[p] = table[base + pixels[p]!]!;
  }
  return values;
}
