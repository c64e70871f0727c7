/**
 * @file Colour jitter, with the arithmetic of torchvision on floating-point images: brightness, contrast, saturation and hue change by random amounts
 * in a random order, each result held within 0 and 1. Images of one channel have neither saturation nor hue.
 */
import type { RandomStream } from "../random/index.ts";
import type { ChannelCount } from "./image-split.ts";

/** One change: a factor of 1 leaves the first three as they are, a shift of 0 (of a turn) the hue. */
export interface ColourChange {
  readonly of: "brightness" | "contrast" | "saturation" | "hue";
  readonly amount: number;
}

const FACTORS = ["brightness", "contrast", "saturation"] as const;
/** Of red, green and blue in a grey. */
const GREY = [0.2989, 0.587, 0.114] as const;

/** Factors of 1 - strength to 1 + strength and a shift of at most `hue` either way, uniform, in an order of their own; what is 0 draws nothing. */
export function drawColourJitter(stream: RandomStream, strength: number, hue: number): readonly ColourChange[] {
  const factors = strength === 0 ? [] : FACTORS.map((of) => [of, Math.max(0, 1 - strength), 1 + strength] as const);
  const ranges = [...factors, ...(hue === 0 ? [] : [["hue", -hue, hue] as const])];
  const order = ranges.length === 0 ? [] : stream.shuffle(ranges.map((_, index) => index));
  const changes = ranges.map(([of, low, high]) => ({ of, amount: low + (high - low) * stream.uniform() }));
  return order.map((index) => changes[index]!);
}

/** Changes an image `[H, W, C]` of values from 0 to 1 in place. */
export function changeColours(image: Float32Array, channels: ChannelCount, changes: readonly ColourChange[]): void {
  for (const { of, amount } of changes) {
    if (of === "brightness") blend(image, amount, () => 0, channels);
    else if (of === "contrast") {
      const mean = meanGrey(image, channels);
      blend(image, amount, () => mean, channels);
    } else if (channels === 3) {
      if (of === "saturation") blend(image, amount, (pixel) => greyAt(image, pixel), channels);
      else shiftHue(image, amount);
    }
  }
}

/** factor * image + (1 - factor) * other, by pixel. */
function blend(image: Float32Array, factor: number, other: (pixel: number) => number, channels: number): void {
  for (let pixel = 0; pixel < image.length; pixel += channels) {
    const rest = (1 - factor) * other(pixel);
    for (let at = pixel; at < pixel + channels; at++) image[at] = Math.min(1, Math.max(0, factor * image[at]! + rest));
  }
}

function greyAt(image: Float32Array, pixel: number): number {
  return GREY[0] * image[pixel]! + GREY[1] * image[pixel + 1]! + GREY[2] * image[pixel + 2]!;
}

function meanGrey(image: Float32Array, channels: number): number {
  let sum = 0;
  for (let pixel = 0; pixel < image.length; pixel += channels) {
    sum += channels === 1 ? image[pixel]! : greyAt(image, pixel);
  }
  return sum / (image.length / channels);
}

/** Turns the hue of each pixel, in HSV: value and saturation stay. */
function shiftHue(image: Float32Array, shift: number): void {
  for (let pixel = 0; pixel < image.length; pixel += 3) {
    const [red, green, blue] = [image[pixel]!, image[pixel + 1]!, image[pixel + 2]!];
    const value = Math.max(red, green, blue);
    const spread = value - Math.min(red, green, blue);
    if (spread === 0) continue;
    let sector: number;
    if (value === red) sector = (green - blue) / spread;
    else if (value === green) sector = 2 + (blue - red) / spread;
    else sector = 4 + (red - green) / spread;
    const turned = sector + 6 * shift;
    const hue = turned - 6 * Math.floor(turned / 6);
    for (const [at, phase] of HUE_PHASES.entries()) {
      const along = (phase + hue) % 6;
      image[pixel + at] = value - spread * Math.max(0, Math.min(along, 4 - along, 1));
    }
  }
}

/** Of red, green and blue: where on the wheel of six sectors each begins to fall. */
const HUE_PHASES = [5, 3, 1] as const;
