import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { chooseFit, cropLoss, FITS, padColourOf, placementOf } from "../../src/data/fit.ts";
import { loadDataSet, loadImage, pixelStatistics } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { allPixels } from "./all-pixels.ts";
import { writeOblongPhotos } from "./oblong-photos.ts";

const side = (max: number) => fc.integer({ min: 1, max });
const size = (max: number) => fc.record({ height: side(max), width: side(max) });

describe("placementOf", () => {
  it("keeps every pixel inside when it pads, in the picture's proportions, in the middle, up to two edges", () => {
    fc.assert(
      fc.property(size(4000), size(512), (from, to) => {
        const { height, width, top, left } = placementOf("pad", from, to);
        const [below, right] = [to.height - top - height, to.width - left - width];
        for (const free of [top, left, below, right]) expect(free).toBeGreaterThanOrEqual(0);
        expect(height === to.height || width === to.width).toBe(true);
        expect([below - top, right - left].every((more) => more === 0 || more === 1)).toBe(true);
        const scale = Math.min(to.height / from.height, to.width / from.width);
        expect(Math.abs(height - Math.max(1, from.height * scale))).toBeLessThanOrEqual(0.5 + 1e-9);
        expect(Math.abs(width - Math.max(1, from.width * scale))).toBeLessThanOrEqual(0.5 + 1e-9);
      }),
    );
  });

  it("covers everything when it crops, in the picture's proportions, about its centre", () => {
    fc.assert(
      fc.property(size(4000), size(512), (from, to) => {
        const { height, width, top, left } = placementOf("crop", from, to);
        expect(height).toBeGreaterThanOrEqual(to.height);
        expect(width).toBeGreaterThanOrEqual(to.width);
        const scale = Math.max(to.height / from.height, to.width / from.width);
        expect(Math.abs(height - from.height * scale)).toBeLessThanOrEqual(0.5 + 1e-9);
        expect(Math.abs(width - from.width * scale)).toBeLessThanOrEqual(0.5 + 1e-9);
        expect(Math.abs(2 * top + height - to.height)).toBeLessThanOrEqual(1);
        expect(Math.abs(2 * left + width - to.width)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("lays corners on corners when it stretches", () => {
    fc.assert(
      fc.property(size(4000), size(512), (from, to) => {
        expect(placementOf("stretch", from, to)).toEqual({ ...to, top: 0, left: 0 });
      }),
    );
  });

  it("leaves a picture of the wanted size as it is, however it fits others", () => {
    fc.assert(
      fc.property(size(512), fc.constantFrom(...FITS), (from, fit) => {
        expect(placementOf(fit, from, from)).toEqual({ ...from, top: 0, left: 0 });
      }),
    );
  });
});

describe("cropLoss", () => {
  it("is the share of pixels outside of the crop", () => {
    expect(cropLoss({ height: 30, width: 30 }, { height: 32, width: 32 })).toBe(0);
    expect(cropLoss({ height: 300, width: 400 }, { height: 32, width: 32 })).toBeCloseTo(1 / 4, 12);
    expect(cropLoss({ height: 900, width: 300 }, { height: 16, width: 16 })).toBeCloseTo(2 / 3, 12);
    expect(cropLoss({ height: 32, width: 32 }, { height: 32, width: 16 })).toBeCloseTo(1 / 2, 12);
  });

  it("chooses pad above a fifth, and crop at a fifth", () => {
    expect([0, 0.2, 0.2001].map(chooseFit)).toEqual(["crop", "crop", "pad"]);
  });
});

/** A picture of one colour but for its corners. */
async function cornered(path: string, width: number, height: number, orientation?: number): Promise<void> {
  const pixels = Buffer.alloc(width * height * 3, 100);
  const corner = (y: number, x: number) => {
    for (let dy = 0; dy < height / 4; dy++) {
      for (let dx = 0; dx < width / 4; dx++) {
        const at = ((y === 0 ? dy : height - 1 - dy) * width + (x === 0 ? dx : width - 1 - dx)) * 3;
        pixels.fill(y === 0 && x === 0 ? 255 : 20, at, at + 3);
      }
    }
  };
  for (const y of [0, 1]) for (const x of [0, 1]) corner(y, x);
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  await (orientation === undefined ? image : image.withMetadata({ orientation })).png().toFile(path);
}

describe("loadImage", () => {
  const shape = { height: 8, width: 8, channels: 3 } as const;
  const padColour = [1, 2, 3];

  it("pads above and below a wide picture with the colour that it is given, and keeps its corners", async () => {
    const path = join(temporaryFolder(), "wide.png");
    await cornered(path, 64, 16);
    const pixels = await loadImage(path, shape, { fit: "pad", padColour });
    const rows = Array.from({ length: 8 }, (_, y) => pixels.subarray(y * 24, (y + 1) * 24));
    for (const y of [0, 1, 2, 5, 6, 7]) expect([...rows[y]!]).toEqual(Array(8).fill(padColour).flat());
    expect(rows[3]![0]).toBeGreaterThan(150);
    expect(rows[3]![21]).toBeLessThan(70);
    const cropped = await loadImage(path, shape, { fit: "crop", padColour });
    expect(new Set(cropped)).toEqual(new Set([100]));
  });

  it("turns a picture as EXIF says before it pads or stretches it", async () => {
    const [path, turned] = ["upright.png", "turned.jpg"].map((name) => join(temporaryFolder(), name));
    await cornered(turned!, 64, 16, 6);
    await sharp(turned).autoOrient().png().toFile(path!);
    for (const fit of FITS) {
      const got = await loadImage(turned!, shape, { fit, padColour });
      // Scaled first and then turned: the same but for rounding.
      const expected = await loadImage(path!, shape, { fit, padColour });
      expect(Math.max(...got.map((value, k) => Math.abs(value - expected[k]!))), fit).toBeLessThanOrEqual(3);
    }
  });

  it("stretches corners to corners", async () => {
    const path = join(temporaryFolder(), "wide.png");
    await cornered(path, 64, 16);
    const pixels = await loadImage(path, shape, { fit: "stretch", padColour });
    const at = (y: number, x: number) => pixels[(y * 8 + x) * 3]!;
    expect(at(0, 0)).toBeGreaterThan(200);
    for (const [y, x] of [
      [0, 7],
      [7, 0],
      [7, 7],
    ] as const)
      expect(at(y, x)).toBeLessThan(60);
    expect(at(4, 4)).toBeGreaterThan(90);
  });
});

describe("loadDataSet", () => {
  it("chooses pad for oblong images, with a colour that the normalisation tells again", async () => {
    const folder = temporaryFolder();
    await writeOblongPhotos(folder, 12);
    for (const [imageSize, seed] of [
      [8, 1],
      [8, 2],
      [11, 3],
      [13, 4],
    ] as const) {
      const data = await loadDataSet(folder, { seed, imageSize });
      expect(data.report.fit).toMatchObject({ kind: "pad", isChosen: true });
      expect(data.report.fit.meanCropLoss).toBeCloseTo(2 / 3, 12);
      expect(data.report.warnings).toContainEqual(expect.stringContaining("images are padded instead"));
      const colour = padColourOf(pixelStatistics(data.train).mean);
      expect([...allPixels(data.train).subarray(0, 3)]).toEqual(colour);
      expect([...allPixels(data.test!).subarray(-3)]).toEqual(colour);
      const again = await loadDataSet(folder, { seed, imageSize, fit: "pad", padColour: colour });
      expect(again.source.fingerprint).toBe(data.source.fingerprint);
    }
  });

  it("crops where that is asked for, and says what is lost", async () => {
    const folder = temporaryFolder();
    await writeOblongPhotos(folder, 6);
    const { report } = await loadDataSet(folder, { seed: 1, imageSize: 8, fit: "crop" });
    expect(report.fit).toMatchObject({ kind: "crop", isChosen: false });
    expect(report.warnings).toContainEqual(
      "a crop throws away 66.67 % of an image on average, more than a fifth: --fit pad keeps all of it",
    );
    const stretched = await loadDataSet(folder, { seed: 1, imageSize: 8, fit: "stretch" });
    expect(stretched.report.warnings.filter((line) => line.includes("crop"))).toEqual([]);
  });

  it("takes from the cache what was chosen when that is asked for by name, and nothing else", async () => {
    const [folder, cacheFolder] = [temporaryFolder(), temporaryFolder()];
    await writeOblongPhotos(folder, 6);
    const options = { seed: 1, imageSize: 8, cacheFolder };
    const decoded = async (fit?: "pad" | "crop" | "stretch") => {
      let count = 0;
      const onProgress = ({ stage, done }: { stage: string; done: number }) => {
        if (stage === "decode") count = done;
      };
      const data = await loadDataSet(folder, { ...options, onProgress, ...(fit === undefined ? {} : { fit }) });
      return { count, fingerprint: data.source.fingerprint };
    };
    const chosen = await decoded();
    expect(chosen.count).toBe(12);
    expect(await decoded("pad")).toEqual({ ...chosen, count: 0 });
    const cropped = await decoded("crop");
    expect(cropped.count).toBe(12);
    expect(cropped.fingerprint).not.toBe(chosen.fingerprint);
    expect(await decoded("crop")).toEqual({ ...cropped, count: 0 });
    expect(await decoded()).toEqual({ ...chosen, count: 0 });
  });
});
