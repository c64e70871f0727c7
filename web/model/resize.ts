/**
 * @file Pixels of a picture at the size that a network takes, as the engine makes them: scaled until the size is covered, cropped about the
 * centre, by a Lanczos window of three lobes that widens where the picture shrinks.
 */
const LOBES = 3;

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

/** `[H, W, C]`, 0 to 255; transparency is laid on white, one channel is luminance. */
export function toPixels(picture: Picture, shape: PixelShape): Uint8Array {
  const planes = planesOf(picture, shape.channels);
  const scale = Math.max(shape.width / picture.width, shape.height / picture.height);
  const columns = windows(picture.width, shape.width, scale);
  const rows = windows(picture.height, shape.height, scale);
  const result = new Uint8Array(shape.height * shape.width * shape.channels);
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
        result[(y * shape.width + x) * shape.channels + channel] = Math.min(255, Math.max(0, Math.round(sum)));
      }
    }
  }
  return result;
}

function planesOf({ width, height, data }: Picture, channels: number): readonly Float32Array[] {
  const colours = Array.from({ length: 3 }, (_, channel) =>
    Float32Array.from({ length: width * height }, (_, pixel) => {
      const alpha = data[4 * pixel + 3]! / 255;
      return data[4 * pixel + channel]! * alpha + 255 * (1 - alpha);
    }),
  );
  if (channels === 3) return colours;
  const [red, green, blue] = colours as [Float32Array, Float32Array, Float32Array];
  return [red.map((value, pixel) => 0.2126 * value + 0.7152 * green[pixel]! + 0.0722 * blue[pixel]!)];
}

interface Window {
  readonly start: number;
  readonly weights: readonly number[];
}

/** For each of `target` pixels, which of `size` pixels it is made of. */
function windows(size: number, target: number, scale: number): readonly Window[] {
  const offset = (size - target / scale) / 2;
  const reach = LOBES * Math.max(1, 1 / scale);
  return Array.from({ length: target }, (_, index) => {
    const centre = offset + (index + 0.5) / scale;
    const start = Math.max(0, Math.floor(centre - reach));
    const end = Math.min(size, Math.ceil(centre + reach));
    const raw = Array.from({ length: end - start }, (_, k) => lanczos((start + k + 0.5 - centre) * Math.min(1, scale)));
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return { start, weights: raw.map((weight) => weight / total) };
  });
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}
