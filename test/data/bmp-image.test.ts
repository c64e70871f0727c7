import { describe, expect, it } from "vitest";
import { BmpImage } from "../../src/data/bmp-image.ts";
import { loadDataSet, loadImage } from "../../src/data/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { allPixels } from "./all-pixels.ts";
import { bmpOfPixels, type HandMadeBmp, handMadeBmp } from "./hand-made-bmp.ts";
import { sampleClasses, samplePixels, writeFiles } from "./sample-files.ts";

const [R, G, B, W, K] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [0, 0, 0],
] as const;
/** What all pictures of three by two show: rows of red, green, blue and of white, black, red. */
const SHOWN = [R, G, B, W, K, R].flat();
const PALETTE = [K, R, G, B, W];
const size = { height: 2, width: 3 };
const words = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);
const doubleWords = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);

const KINDS: readonly (readonly [string, HandMadeBmp])[] = [
  [
    "24 bits",
    { ...size, bits: 24, data: Uint8Array.of(...W, ...K, 0, 0, 255, 9, 9, 9, 0, 0, 255, 0, 255, 0, 255, 0, 0) },
  ],
  ["8 bits", { ...size, bits: 8, palette: PALETTE, data: Uint8Array.of(4, 0, 1, 9, 1, 2, 3, 9) }],
  [
    "8 bits from the top",
    { ...size, height: -2, bits: 8, palette: PALETTE, data: Uint8Array.of(1, 2, 3, 9, 4, 0, 1, 9) },
  ],
  ["4 bits", { ...size, bits: 4, palette: PALETTE, data: Uint8Array.of(0x40, 0x10, 9, 9, 0x12, 0x30, 9, 9) }],
  ["16 bits", { ...size, bits: 16, data: words(0x7fff, 0, 0x7c00, 9, 0x7c00, 0x3e0, 0x1f, 9) }],
  [
    "16 bits with masks",
    {
      ...{ ...size, bits: 16, compression: 3, masks: [0xf800, 0x7e0, 0x1f, 0] },
      data: words(0xffff, 0, 0xf800, 9, 0xf800, 0x7e0, 0x1f, 9),
    },
  ],
  [
    "32 bits, the last 8 unused",
    { ...size, bits: 32, data: doubleWords(0xffffff, 0, 0xff0000, 0xff0000, 0x00ff00, 0x0000ff) },
  ],
  [
    "32 bits with masks, all of it transparent",
    {
      ...{ ...size, bits: 32, compression: 3, masks: [0xff, 0xff00, 0xff0000, 0xff000000] },
      data: doubleWords(0xffffff, 0, 0x0000ff, 0x0000ff, 0x00ff00, 0xff0000),
    },
  ],
  [
    "runs of 8 bits",
    {
      ...{ ...size, bits: 8, compression: 1, palette: PALETTE },
      data: Uint8Array.of(1, 4, 1, 0, 1, 1, 0, 0, 0, 3, 1, 2, 3, 0, 0, 1),
    },
  ],
  [
    "runs of 8 bits with a jump",
    {
      ...{ ...size, bits: 8, compression: 1, palette: PALETTE },
      data: Uint8Array.of(1, 4, 0, 2, 1, 0, 1, 1, 0, 0, 1, 1, 1, 2, 9, 3, 0, 1),
    },
  ],
  [
    "runs of 4 bits",
    {
      ...{ ...size, bits: 4, compression: 2, palette: PALETTE },
      data: Uint8Array.of(2, 0x40, 1, 0x10, 0, 0, 0, 3, 0x12, 0x30, 0, 1),
    },
  ],
];

describe("BMP", () => {
  it.each(KINDS)("of %s is read", async (_, bmp) => {
    const folder = writeFiles(temporaryFolder(), { "x.bmp": handMadeBmp(bmp) });
    expect([...(await loadImage(`${folder}/x.bmp`, { ...size, channels: 3 }))]).toEqual(SHOWN);
  });

  it("of 1 bit is grey if its palette is", () => {
    const image = { ...size, bits: 1, data: Uint8Array.of(0b01000000, 9, 9, 9, 0b10100000, 9, 9, 9) } as const;
    const grey = BmpImage.open(handMadeBmp({ ...image, palette: [K, W] }));
    expect(grey).toMatchObject({ height: 2, width: 3, channels: 1, hasAlpha: false });
    expect([...grey.decode().pixels]).toEqual([255, 0, 255, 0, 255, 0]);
    const coloured = BmpImage.open(handMadeBmp({ ...image, palette: [R, W] }));
    expect([...coloured.decode().pixels]).toEqual([W, R, W, R, W, R].flat());
  });

  it("with alpha is laid on white", async () => {
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
    const data = doubleWords(0xff102030, 0x00102030);
    const file = handMadeBmp({ height: 1, width: 2, bits: 32, compression: 3, masks, data });
    const folder = writeFiles(temporaryFolder(), { "x.png": file });
    const pixels = await loadImage(`${folder}/x.png`, { height: 1, width: 2, channels: 3 });
    expect([...pixels]).toEqual([0x10, 0x20, 0x30, ...W]);
  });

  it.each([
    ["pixels cut off", handMadeBmp(KINDS[0]![1]).subarray(0, 70), "is damaged or cut short"],
    ["runs cut off", handMadeBmp(KINDS[8]![1]).subarray(0, -4), "is damaged or cut short"],
    ["a header cut off", handMadeBmp(KINDS[0]![1]).subarray(0, 30), "is damaged or cut short"],
    ["no width", handMadeBmp({ ...KINDS[0]![1], width: 0 }), "is damaged or cut short"],
    [
      "the claim of a huge picture",
      handMadeBmp({ ...KINDS[0]![1], width: 30_000, height: 30_000 }),
      "is too large: 30000x30000 pixels (width x height), allowed are 16384 on a side",
    ],
    [
      "runs that claim a huge picture",
      handMadeBmp({ ...KINDS[8]![1], width: 16_000, height: 16_000 }),
      "is too large: 16000x16000 (width x height) takes up to",
    ],
    ["a compression that is not read", brokenCompression(), "holds BMP of 24 bits with compression 5"],
  ])("with %s is refused", async (_, bytes, reason) => {
    const folder = writeFiles(temporaryFolder(), { "x.bmp": bytes });
    await expect(loadImage(`${folder}/x.bmp`, { height: 8, width: 8, channels: 3 })).rejects.toMatchObject({
      code: "E_IMAGE_UNREADABLE",
      message: expect.stringContaining(reason),
    });
  });
});

function brokenCompression(): Buffer {
  const bytes = handMadeBmp(KINDS[0]![1]);
  bytes.writeUInt32LE(5, 30);
  return bytes;
}

describe("a folder of BMP files", () => {
  const picture = (seed: number): Buffer => bmpOfPixels(samplePixels({ seed }), 8, 8);
  const pictures = (): Record<string, Buffer> =>
    Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`${i % 2 ? "cat" : "dog"}/${i}.bmp`, picture(i)]));

  it("is a data set like any other", async () => {
    const data = await loadDataSet(writeFiles(temporaryFolder(), pictures()), { seed: 1, testFraction: 0 });
    expect(data.classNames).toEqual(["cat", "dog"]);
    expect(allPixels(data.train).slice(0, 192)).toEqual(samplePixels({ seed: 1 }));
    expect(data.report).toMatchObject({ ignoredCount: 0, warnings: [expect.stringContaining("fewer than 20")] });
  });

  it("is read without them for a run that began when they were passed over", async () => {
    const plain = await sampleClasses({ cat: 4, dog: 4 }, { seed: 20 });
    const before = await loadDataSet(writeFiles(temporaryFolder(), plain), { seed: 1 });
    const folder = writeFiles(temporaryFolder(), { ...plain, ...pictures(), "cat/photo.jpg": picture(9) });
    const options = { seed: 1, cacheFolder: temporaryFolder(), maxBadImageRate: 0.2 };
    const now = await loadDataSet(folder, options);
    expect(now.train.count + now.test!.count).toBe(15);
    for (let i = 0; i < 2; i++) {
      const again = await loadDataSet(folder, { ...options, fingerprint: before.source.fingerprint });
      expect(again.source.fingerprint).toBe(before.source.fingerprint);
      expect(again.report.ignoredCount).toBe(6);
    }
    const other = await loadDataSet(folder, { ...options, fingerprint: "of other data" });
    expect(other.source.fingerprint).toBe(now.source.fingerprint);
  });

  it.each([
    ["in it that cannot be read", { "cat/torn.bmp": Buffer.from("BM") }, true],
    ["under the name of another format", { "cat/photo.jpg": picture(9) }, true],
    ["in no class", { "photo.bmp": picture(9) }, false],
  ])("is loaded for such a run with files %s", async (_, odd, isOdd) => {
    const plain = await sampleClasses({ cat: 4, dog: 4 }, { seed: 20 });
    const before = await loadDataSet(writeFiles(temporaryFolder(), plain), { seed: 1 });
    const folder = writeFiles(temporaryFolder(), { ...plain, ...odd });
    const { fingerprint } = before.source;
    const options = { seed: 1, maxBadImageRate: 0.12, fingerprint };
    expect((await loadDataSet(folder, options)).source.fingerprint).toBe(fingerprint);
    const stages: string[] = [];
    const onProgress = ({ stage }: { stage: string }): unknown => stages.push(stage);
    await loadDataSet(folder, { ...options, fingerprint: "of other data", onProgress });
    expect(stages.filter((stage) => stage === "sizes")).toHaveLength(isOdd ? 2 : 1);
  });
});

describe("HEIC under the name of another format", () => {
  it("is called by its name, with what to do", async () => {
    const box = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08free", "latin1");
    const folder = writeFiles(temporaryFolder(), { "IMG_1.jpg": box });
    await expect(loadImage(`${folder}/IMG_1.jpg`, { height: 8, width: 8, channels: 3 })).rejects.toMatchObject({
      message: expect.stringMatching(/holds HEIC, which is not read: convert them to JPEG/),
    });
  });
});
