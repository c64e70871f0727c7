import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { loadImage } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { samplePixels, samplePng, writeFiles } from "./sample-files.ts";

const folder = temporaryFolder();
const load = (name: string, height: number, width: number, channels: 1 | 3): Promise<number[]> =>
  loadImage(join(folder, name), { height, width, channels }).then((pixels) => [...pixels]);

/** Rows of red, green, blue of one colour each. */
function stripes(height: number, width: number, colours: readonly (readonly number[])[]): Uint8Array {
  const stripe = height / colours.length;
  return Uint8Array.from(
    { length: height * width * 3 },
    (_, i) => colours[Math.floor(i / (3 * width * stripe))]![i % 3]!,
  );
}

const RED = [255, 0, 0];
const BLUE = [0, 0, 255];

beforeAll(async () => {
  const raw = (channels: 1 | 2 | 3 | 4) => ({ raw: { height: 2, width: 2, channels } });
  const deep = Uint16Array.of(0x8000, 0xffff, 0, 0x1234);
  const alpha = Uint8Array.of(10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 128, 255, 255, 255, 7);
  const tall = sharp(stripes(4, 2, [RED, BLUE]), { raw: { height: 4, width: 2, channels: 3 } });
  const banded = sharp(stripes(30, 10, [BLUE, RED, BLUE]), { raw: { height: 30, width: 10, channels: 3 } });
  writeFiles(folder, {
    "alpha.png": await sharp(alpha, raw(4)).png().toBuffer(),
    "grey-alpha.png": await sharp(Uint8Array.of(9, 255, 9, 0, 200, 255, 0, 0), raw(2))
      .toColourspace("b-w")
      .png()
      .toBuffer(),
    "deep.png": await sharp(deep, raw(1)).toColourspace("grey16").png().toBuffer(),
    "grey.png": await samplePng({ height: 4, width: 4, channels: 1 }),
    "colour.png": await samplePng({ height: 4, width: 4 }),
    "turned.png": await tall.clone().withMetadata({ orientation: 6 }).png().toBuffer(),
    "banded.png": await banded.png().toBuffer(),
    "photo.jpg": await banded.jpeg().toBuffer(),
    "photo.webp": await banded.webp({ lossless: true }).toBuffer(),
    "photo.gif": await banded.gif().toBuffer(),
    "photo.tiff": await banded.tiff({ compression: "none" }).toBuffer(),
    "photo.avif": await banded.avif({ lossless: true }).toBuffer(),
    "cmyk.jpg": await banded.clone().toColourspace("cmyk").jpeg().toBuffer(),
    "wrong-name.jpg": await banded.png().toBuffer(),
    "text.png": "hello",
  });
});

describe("images", () => {
  it("keep their pixels when nothing is to be done", async () => {
    expect(await load("colour.png", 4, 4, 3)).toEqual([...samplePixels({ height: 4, width: 4 })]);
    expect(await load("grey.png", 4, 4, 1)).toEqual([...samplePixels({ height: 4, width: 4, channels: 1 })]);
  });

  it("are laid on white", async () => {
    expect(await load("alpha.png", 2, 2, 3)).toEqual([10, 20, 30, 255, 255, 255, 127, 127, 127, 255, 255, 255]);
    expect(await load("grey-alpha.png", 2, 2, 1)).toEqual([9, 255, 200, 255]);
  });

  it("of 16 bits keep their upper 8", async () => {
    expect(await load("deep.png", 2, 2, 1)).toEqual([0x80, 0xff, 0, 0x12]);
  });

  it("repeat grey in three channels, and weigh colours into one", async () => {
    const grey = samplePixels({ height: 4, width: 4, channels: 1 });
    expect(await load("grey.png", 4, 4, 3)).toEqual([...grey].flatMap((value) => [value, value, value]));
    const [blue, red] = [await load("banded.png", 3, 1, 1), await load("banded.png", 3, 1, 1)].map(
      (rows, i) => rows[i]!,
    );
    expect(red).toBeGreaterThan(blue!);
  });

  it("are turned as EXIF says", async () => {
    expect(await load("turned.png", 2, 4, 3)).toEqual([0, 1].flatMap(() => [BLUE, BLUE, RED, RED].flat()));
  });

  it("are scaled until they cover, then cropped about the centre", async () => {
    const pixels = await load("banded.png", 8, 8, 3);
    expect(pixels.slice(4 * 24, 4 * 24 + 3)).toEqual(RED);
    expect(pixels.filter((_, i) => i % 3 === 2).reduce((sum, value) => sum + value, 0) / 64).toBeLessThan(30);
  });

  it.each(["jpg", "webp", "gif", "tiff", "avif"])("are read from %s", async (extension) => {
    const pixels = await load(`photo.${extension}`, 30, 10, 3);
    expect(pixels.length).toBe(900);
    stripes(30, 10, [BLUE, RED, BLUE]).forEach((value, i) => {
      if (i % 300 > 60 && i % 300 < 240) expect(Math.abs(pixels[i]! - value)).toBeLessThan(12);
    });
  });

  it("are read from CMYK, and whatever the extension says", async () => {
    const [red, green, blue] = (await load("cmyk.jpg", 30, 10, 3)).slice(15 * 30, 15 * 30 + 3);
    expect(red).toBeGreaterThan(180);
    expect(Math.max(green!, blue!)).toBeLessThan(90);
    expect(await load("wrong-name.jpg", 30, 10, 3)).toEqual(await load("banded.png", 30, 10, 3));
  });
});

describe("loadImage", () => {
  it("says which file is not there or not an image", async () => {
    await expect(load("none.png", 4, 4, 3)).rejects.toMatchObject({ code: "E_IMAGE_NOT_FOUND", kind: "usage" });
    await expect(load("text.png", 4, 4, 3)).rejects.toMatchObject({
      code: "E_IMAGE_UNREADABLE",
      kind: "usage",
      message: expect.stringContaining("text.png: is not an image, whatever its name says"),
    });
    await expect(loadImage(folder, { height: 4, width: 4, channels: 3 })).rejects.toMatchObject({
      code: "E_IMAGE_UNREADABLE",
      message: expect.stringContaining(": is a folder, not a file"),
    });
  });
});
