/**
 * @file Random-resized crop (Szegedy et al., the Inception crop), as torchvision draws it: a box that keeps a random share of the area, of a ratio whose
 * logarithm is uniform, scaled to the size of the image. Ten boxes are tried; if none fits, the largest one about the centre whose ratio is allowed.
 * Scaled bilinearly, pixel centres at halves: a box is never larger than what it is scaled to, so there is nothing to smooth before.
 */
import { exactExp, exactLog, type RandomStream } from "../random/index.ts";
import type { ImageShape, ImageSize } from "./image-split.ts";

/** A box of whole pixels within an image. */
export interface ImageBox extends ImageSize {
  readonly top: number;
  readonly left: number;
}

const TRIES = 10;
/** Width over height. */
const [LEAST_RATIO, MOST_RATIO] = [3 / 4, 4 / 3];

/** A box that keeps a share of the area from `least` to 1, uniform. */
export function drawResizedCrop(stream: RandomStream, { height, width }: ImageSize, least: number): ImageBox {
  const [low, high] = [exactLog(LEAST_RATIO), exactLog(MOST_RATIO)];
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const area = height * width * (least + (1 - least) * stream.uniform());
    const ratio = exactExp(low + (high - low) * stream.uniform());
    const box = { width: Math.round(Math.sqrt(area * ratio)), height: Math.round(Math.sqrt(area / ratio)) };
    if (box.width < 1 || box.width > width || box.height < 1 || box.height > height) continue;
    const top = stream.integer(height - box.height + 1);
    return { ...box, top, left: stream.integer(width - box.width + 1) };
  }
  const ratio = Math.min(MOST_RATIO, Math.max(LEAST_RATIO, width / height));
  const box = {
    width: Math.min(width, Math.round(height * ratio)),
    height: Math.min(height, Math.round(width / ratio)),
  };
  return { ...box, top: Math.floor((height - box.height) / 2), left: Math.floor((width - box.width) / 2) };
}

/** The box of the image `[H, W, C]` that begins at `offset`, scaled to its size; 0 to 255 and not rounded. */
export function scaleBox(pixels: Uint8Array, offset: number, shape: ImageShape, box: ImageBox): Float32Array {
  const { height, width, channels } = shape;
  const rows = positions(box.top, box.height, height);
  const columns = positions(box.left, box.width, width);
  const scaled = new Float32Array(height * width * channels);
  let to = 0;
  for (let row = 0; row < height; row++) {
    const upper = offset + rows.before[row]! * width * channels;
    const lower = offset + rows.after[row]! * width * channels;
    const down = rows.share[row]!;
    for (let column = 0; column < width; column++) {
      const left = columns.before[column]! * channels;
      const right = columns.after[column]! * channels;
      const across = columns.share[column]!;
      for (let channel = 0; channel < channels; channel++) {
        const above = pixels[upper + left + channel]! * (1 - across) + pixels[upper + right + channel]! * across;
        const below = pixels[lower + left + channel]! * (1 - across) + pixels[lower + right + channel]! * across;
        scaled[to++] = above * (1 - down) + below * down;
      }
    }
  }
  return scaled;
}

/** For each of `to` pixels the two out of `length` from `start` on that it lies between, and its share of the second. */
function positions(start: number, length: number, to: number) {
  const before = new Int32Array(to);
  const after = new Int32Array(to);
  const share = new Float64Array(to);
  for (let pixel = 0; pixel < to; pixel++) {
    const at = Math.max(0, ((pixel + 0.5) * length) / to - 0.5);
    const first = Math.min(length - 1, Math.floor(at));
    before[pixel] = start + first;
    after[pixel] = start + Math.min(length - 1, first + 1);
    share[pixel] = at - first;
  }
  return { before, after, share };
}
