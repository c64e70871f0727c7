/**
 * @file How much memory decoding an image may take, and how much it takes at most, told from its header. The amounts a pixel are
 * bounds above what was measured of libvips (docs/reliability.md), where a decoder cannot work line by line.
 */
import type { Metadata } from "sharp";

/** Most memory that decoding takes, in bytes, the bytes of the file included: of one image, and of all that are decoded at once. */
export const DECODE_LIMIT: number = 2 ** 30;

/** Most pixels on a side: a small file may claim a picture so wide that a few of its lines fill the memory, or so long that it takes minutes. */
export const SIDE_LIMIT = 16_384;

/** No image within `DECODE_LIMIT` has more pixels: the cheapest takes 3 bytes each. */
export const PIXEL_LIMIT: number = Math.floor(DECODE_LIMIT / 3);

const SAMPLE_BYTES: Readonly<Record<string, number>> = {
  uchar: 1,
  char: 1,
  ushort: 2,
  short: 2,
  uint: 4,
  int: 4,
  float: 4,
  double: 8,
  complex: 8,
};
const LARGEST_SAMPLE = 16;

/** Lines that scaling keeps of a picture as it passes by: for each sample of a line, this many bytes. */
const LINE_BYTES = 4096;

/** Bytes that decoding on one thread takes at most, those of the file aside. */
export function decodeCost(
  header: Pick<Metadata, "width" | "height" | "channels" | "depth"> & { readonly format: string },
): number {
  const sample = header.channels * (SAMPLE_BYTES[header.depth] ?? LARGEST_SAMPLE);
  const lines = header.width * header.channels * LINE_BYTES;
  return header.width * header.height * bytesPerPixel(header.format, header.channels, sample) + lines;
}

function bytesPerPixel(format: string, channels: number, sample: number): number {
  switch (format) {
    case "jpeg":
      return 2 * channels + 1; // 16-bit coefficients of all components, if it has several scans
    case "png":
      return sample + 2; // the whole picture, if it is interlaced
    case "tiff":
      return 2 * sample + 2; // planes that are joined
    case "bmp":
      return channels + 2; // the whole picture, and its indices if it is packed
    case "webp":
    case "gif":
      return 8;
    default:
      return 32; // AVIF: planes of up to 12 bits and two copies in RGBA
  }
}
