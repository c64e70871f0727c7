import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertAugmentation } from "../../src/data/augmentation.ts";
import {
  type AugmentationDraw,
  drawAugmentation,
  type ImageShape,
  NO_AUGMENTATION,
  writeAugmented,
} from "../../src/data/index.ts";
import { RandomStreams } from "../../src/random/index.ts";
import { samplePixels } from "./sample-files.ts";

const AS_IT_IS: AugmentationDraw = { cropTop: 0, cropLeft: 0, isFlipped: false, cutout: null };
const SHAPE: ImageShape = { height: 5, width: 6, channels: 3 };
const LENGTH = 5 * 6 * 3;
/** Leaves pixel values as they are, but tells channels apart: channel c adds 1000 c. */
const TABLE = Float32Array.from({ length: 3 * 256 }, (_, i) => (i % 256) + 1000 * Math.floor(i / 256));

function augment(pixels: Uint8Array, draw: AugmentationDraw): Float32Array {
  const destination = new Float32Array(LENGTH + 4).fill(-1);
  writeAugmented({ shape: SHAPE, pixels, offset: 0 }, draw, TABLE, destination, 2);
  expect([...destination.subarray(0, 2), ...destination.subarray(LENGTH + 2)]).toEqual([-1, -1, -1, -1]);
  return destination.slice(2, LENGTH + 2);
}

const pixels = samplePixels({ ...SHAPE }).map((value) => Math.max(1, value));
const plain = Float32Array.from(pixels, (value, i) => value + 1000 * (i % 3));
const at = (image: Float32Array, row: number, column: number): number[] => {
  const start = (row * 6 + column) * 3;
  return [...image.subarray(start, start + 3)];
};

describe("writeAugmented", () => {
  it("does nothing but normalise when all is off", () => {
    const stream = new RandomStreams(1).stream("x");
    const before = stream.state();
    const draw = drawAugmentation(stream, NO_AUGMENTATION, SHAPE);
    expect(draw).toEqual(AS_IT_IS);
    expect(stream.state()).toEqual(before);
    expect(augment(pixels, draw)).toEqual(plain);
  });

  it("reads the image at an offset", () => {
    const two = Uint8Array.from([...new Uint8Array(LENGTH), ...pixels]);
    const destination = new Float32Array(LENGTH);
    writeAugmented({ shape: SHAPE, pixels: two, offset: LENGTH }, AS_IT_IS, TABLE, destination, 0);
    expect(destination).toEqual(plain);
  });

  it("flips twice into the same image, and mirrors columns", () => {
    const flipped = augment(pixels, { ...AS_IT_IS, isFlipped: true });
    expect(at(flipped, 2, 1)).toEqual(at(plain, 2, 4));
    const again = augment(
      Uint8Array.from(flipped, (value) => value % 1000),
      { ...AS_IT_IS, isFlipped: true },
    );
    expect(again).toEqual(plain);
  });

  it("crops, then flips, then cuts out, with zeros outside", () => {
    const shift = fc.integer({ min: -4, max: 4 });
    const cutout = fc.option(
      fc.record({
        top: fc.integer({ min: -3, max: 5 }),
        left: fc.integer({ min: -3, max: 6 }),
        size: fc.integer({ min: 1, max: 5 }),
      }),
    );
    fc.assert(
      fc.property(shift, shift, fc.boolean(), cutout, (cropTop, cropLeft, isFlipped, square) => {
        const image = augment(pixels, { cropTop, cropLeft, isFlipped, cutout: square });
        for (let row = 0; row < 5; row++) {
          for (let column = 0; column < 6; column++) {
            const [y, x] = [row + cropTop, (isFlipped ? 5 - column : column) + cropLeft];
            const isCut =
              square !== null &&
              row >= square.top &&
              row < square.top + square.size &&
              column >= square.left &&
              column < square.left + square.size;
            const isInside = y >= 0 && y < 5 && x >= 0 && x < 6;
            expect(at(image, row, column)).toEqual(isInside && !isCut ? at(plain, y, x) : [0, 0, 0]);
          }
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe("drawAugmentation", () => {
  it("reaches every shift, both mirrors and every centre about equally often", () => {
    const stream = new RandomStreams(5).stream("x");
    const tops = new Map<number, number>();
    const centres = new Map<number, number>();
    let flips = 0;
    for (let i = 0; i < 5000; i++) {
      const draw = drawAugmentation(stream, { cropPadding: 2, horizontalFlip: true, cutoutSize: 2 }, SHAPE);
      tops.set(draw.cropTop, (tops.get(draw.cropTop) ?? 0) + 1);
      const column = draw.cutout!.left + 1;
      centres.set(column, (centres.get(column) ?? 0) + 1);
      flips += Number(draw.isFlipped);
    }
    expect([...tops.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    expect([...centres.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const count of tops.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
    for (const count of centres.values()) expect(Math.abs(count - 833)).toBeLessThan(120);
    expect(Math.abs(flips - 2500)).toBeLessThan(150);
  });

  it("keeps its draws between versions", () => {
    const stream = new RandomStreams(7).stream("golden");
    const options = { cropPadding: 4, horizontalFlip: true, cutoutSize: 16 };
    const size = { height: 32, width: 32 };
    expect([0, 1].map(() => drawAugmentation(stream, options, size))).toMatchInlineSnapshot(`
      [
        {
          "cropLeft": 4,
          "cropTop": -4,
          "cutout": {
            "left": 19,
            "size": 16,
            "top": -8,
          },
          "isFlipped": false,
        },
        {
          "cropLeft": 4,
          "cropTop": 3,
          "cutout": {
            "left": 3,
            "size": 16,
            "top": 20,
          },
          "isFlipped": true,
        },
      ]
    `);
  });
});

describe("assertAugmentation", () => {
  it.each([
    { cropPadding: 5 },
    { cropPadding: -1 },
    { cropPadding: 1.5 },
    { cutoutSize: 6 },
    { cutoutSize: Number.NaN },
  ])("refuses %o for 5x6", (wrong) => {
    expect(() => assertAugmentation({ ...NO_AUGMENTATION, ...wrong }, SHAPE)).toThrow(
      expect.objectContaining({ code: "E_AUGMENTATION", kind: "usage" }),
    );
  });
});
