/**
 * @file Pixels of a picture at the size that a network takes, as the engine makes them: cropped, padded or stretched, to smaller by a Lanczos window of
 * three lobes, to larger by a cubic.
 */
import { type Fitting, placementOf } from "../../src/data/fit.ts";

const LOBES = 3;
const CUBIC_REACH = 2;
const MEANS_BELOW = 2;

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, alpha of each pixel, 0 to 255. */
  readonly data: Uint8ClampedArray;
}

export interface PixelShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** `[H, W, C]`, 0 to 255; transparency is laid on white. */
export function toPixels(picture: Picture, shape: PixelShape, { fit, padColour }: Fitting): Uint8Array {
  if (fit !== "crop") {
    const placed = placementOf(fit, picture, shape);
    const { width, height } = placed;
    const columns = windows(picture.width, width, width / picture.width);
    const rows = windows(picture.height, height, height / picture.height);
    const inner = { height, width, channels: shape.channels };
    const pixels = resampled(picture, inner, columns, rows);
    const whole = Uint8Array.from(
      { length: shape.height * shape.width * shape.channels },
      (_, at) => padColour[at % shape.channels] ?? 0,
    );
    const line = width * shape.channels;
    for (let y = 0; y < height; y++) {
      const start = ((placed.top + y) * shape.width + placed.left) * shape.channels;
      whole.set(pixels.subarray(y * line, (y + 1) * line), start);
    }
    return whole;
  }
  const scale = Math.max(shape.width / picture.width, shape.height / picture.height);
  const columns = windows(picture.width, shape.width, scale);
  return resampled(picture, shape, columns, windows(picture.height, shape.height, scale));
}

/** `[H, W, C]` of `shape`, each pixel from those of its windows. */
function resampled(
  picture: Picture,
  shape: PixelShape,
  columns: readonly Window[],
  rows: readonly Window[],
): Uint8Array {
  const planes = colourPlanes(picture);
  const colours = new Uint8Array(shape.height * shape.width * 3);
  for (const [channel, plane] of planes.entries()) {
    const narrow = new Float32Array(picture.height * shape.width);
    for (let y = 0; y < picture.height; y++) {
      for (const [x, { start, weights }] of columns.entries()) {
        let sum = 0;
        for (const [k, weight] of weights.entries()) sum += weight * plane[y * picture.width + start + k]!;
        narrow[y * shape.width + x] = sum;
      }
    }
    for (const [y, { start, weights }] of rows.entries()) {
      for (let x = 0; x < shape.width; x++) {
        let sum = 0;
        for (const [k, weight] of weights.entries()) sum += weight * narrow[(start + k) * shape.width + x]!;
        colours[(y * shape.width + x) * 3 + channel] = Math.min(255, Math.max(0, Math.round(sum)));
      }
    }
  }
  return shape.channels === 3 ? colours : luminance(colours);
}

/** Grey of the same luminance: weighted as light, which sRGB values are not. */
function luminance(colours: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: colours.length / 3 }, (_, pixel) => {
    const [red, green, blue] = [0, 1, 2].map((channel) => toLight(colours[3 * pixel + channel]! / 255));
    return Math.round(255 * fromLight(0.2126 * red! + 0.7152 * green! + 0.0722 * blue!));
  });
}

function toLight(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function fromLight(light: number): number {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

function colourPlanes({ width, height, data }: Picture): readonly Float32Array[] {
  return Array.from({ length: 3 }, (_, channel) =>
    Float32Array.from({ length: width * height }, (_, pixel) => {
      const alpha = data[4 * pixel + 3]! / 255;
      return data[4 * pixel + channel]! * alpha + 255 * (1 - alpha);
    }),
  );
}

interface Window {
  readonly start: number;
  readonly weights: readonly number[];
}

/** For each of `target` pixels, which of `size` pixels it is made of. The whole scaled picture has whole pixels, and so has the crop. */
function windows(size: number, target: number, scale: number): readonly Window[] {
  const scaled = Math.max(target, Math.round(size * scale));
  const offset = (size * scale - scaled) / 2 + Math.floor((scaled - target + 1) / 2);
  const grows = scale > 1;
  const reach = grows ? CUBIC_REACH : LOBES / scale;
  // The decoder first takes the mean of so many pixels, where a picture becomes much smaller.
  const box = grows ? 1 : Math.max(1, Math.floor(1 / scale / MEANS_BELOW));
  const boxes = Math.ceil(size / box);
  return Array.from({ length: target }, (_, index) => {
    // It enlarges with pixels half a pixel further on.
    const centre = (offset + index + (grows ? 0 : 0.5)) / scale / box;
    const first = Math.ceil(centre - reach / box - 0.5);
    const last = Math.floor(centre + reach / box - 0.5);
    const weights = new Map<number, number>();
    for (let k = first; k <= last; k++) {
      const distance = k + 0.5 - centre;
      const weight = grows ? cubic(distance) : lanczos(distance * scale * box);
      const inside = Math.min(Math.max(k, 0), boxes - 1) * box;
      for (let pixel = inside; pixel < inside + box; pixel++) {
        const nearest = Math.min(pixel, size - 1);
        weights.set(nearest, (weights.get(nearest) ?? 0) + weight);
      }
    }
    const start = Math.min(...weights.keys());
    const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    return { start, weights: [...weights.values()].map((weight) => weight / total) };
  });
}

/** Catmull and Rom's cubic. */
function cubic(x: number): number {
  const size = Math.abs(x);
  if (size >= CUBIC_REACH) return 0;
  return size < 1 ? 1 + size * size * (1.5 * size - 2.5) : 2 - size * (4 - size * (2.5 - 0.5 * size));
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}
