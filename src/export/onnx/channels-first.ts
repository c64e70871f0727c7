import type { ModelInputShape } from "./metadata.ts";

/** `[count, H, W, C]` as `[count, C, H, W]`. */
export function channelsFirst(
  pixels: Uint8Array | Float32Array,
  count: number,
  { height, width, channels }: ModelInputShape,
): Float32Array {
  const area = height * width;
  const result = new Float32Array(pixels.length);
  for (let image = 0; image < count; image++) {
    const start = image * area * channels;
    for (let pixel = 0; pixel < area; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        result[start + channel * area + pixel] = pixels[start + pixel * channels + channel]!;
      }
    }
  }
  return result;
}
