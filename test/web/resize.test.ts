import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { CROPPED, FITS, loadImage } from "../../src/data/index.ts";
import { toPixels } from "../../web/model/resize.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** A smooth picture with an edge and some transparency. */
function picture(width: number, height: number) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      data[at] = 127 + 120 * Math.sin(x / 9);
      data[at + 1] = 127 + 120 * Math.cos(y / 7);
      data[at + 2] = x > width / 2 ? 220 : 30;
      data[at + 3] = y < height / 4 ? 128 : 255;
    }
  }
  return { width, height, data };
}

describe("toPixels", () => {
  const sizes = [
    [64, 64, 32, 32, 3],
    [90, 75, 28, 28, 1],
    [75, 90, 32, 24, 3],
    [20, 20, 32, 32, 3],
    [32, 32, 32, 32, 3],
    [301, 40, 16, 32, 1],
    [640, 480, 32, 32, 3],
  ] as const;

  it.each(sizes)(
    "makes of %ix%i what the engine's decoder makes, for %ix%ix%i",
    async (w, h, width, height, channels) => {
      const source = picture(w, h);
      const png = join(temporaryFolder(), "picture.png");
      await sharp(Buffer.from(source.data), { raw: { width: w, height: h, channels: 4 } }).toFile(png);
      for (const fit of FITS) {
        const fitting = { fit, padColour: [90, 140, 200].slice(0, channels) };
        const expected = await loadImage(png, { width, height, channels }, fitting);
        const pixels = toPixels(source, { width, height, channels }, fitting);
        expect(pixels.length).toBe(expected.length);
        const differences = Array.from(pixels, (value, k) => Math.abs(value - expected[k]!));
        const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
        expect(mean, fit).toBeLessThan(0.5);
        expect(Math.max(...differences), fit).toBeLessThanOrEqual(2);
      }
    },
  );

  it("keeps a plain picture plain", () => {
    const data = new Uint8ClampedArray(4 * 50 * 40).fill(200);
    for (let at = 3; at < data.length; at += 4) data[at] = 255;
    const pixels = toPixels({ width: 50, height: 40, data }, { width: 13, height: 17, channels: 3 }, CROPPED);
    expect(new Set(pixels)).toEqual(new Set([200]));
  });
});
