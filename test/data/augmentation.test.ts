import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertAugmentation } from "../../src/data/augmentation.ts";
import { drawColourJitter } from "../../src/data/colour-jitter.ts";
import {
  type AugmentationDraw,
  drawAugmentation,
  type ImageShape,
  NO_AUGMENTATION,
  normalisationTable,
  writeAugmented,
} from "../../src/data/index.ts";
import { drawResizedCrop } from "../../src/data/resized-crop.ts";
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

interface Golden {
  readonly height: number;
  readonly width: number;
  readonly cases: readonly {
    readonly channels: 1 | 3;
    readonly pixels: readonly number[];
    readonly outputs: readonly {
      readonly box: readonly number[] | null;
      readonly changes: readonly (readonly ["brightness" | "contrast" | "saturation" | "hue", number])[];
      readonly image: readonly number[];
    }[];
  }[];
  /** Of top, left, height, width, and whether no box fitted. */
  readonly boxes: readonly {
    readonly height: number;
    readonly width: number;
    readonly least: number;
    readonly count: number;
    readonly mean: readonly number[];
    readonly deviation: readonly number[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL("../golden/augmentation.json", import.meta.url), "utf8")) as Golden;

describe("a box scaled up, and colours that change", () => {
  it("are what PyTorch makes of the same box and the same changes, normalised", () => {
    const { height, width } = golden;
    for (const { channels, pixels: values, outputs } of golden.cases) {
      const shape = { height, width, channels };
      const statistics = {
        mean: [0.4, 0.5, 0.6].slice(0, channels),
        standardDeviation: [0.2, 0.25, 0.3].slice(0, channels),
      };
      const table = normalisationTable(statistics);
      for (const { box, changes, image } of outputs) {
        const colours = changes.map(([of, amount]) => ({ of, amount }));
        const [top, left, boxHeight, boxWidth] = box ?? [];
        const ofBox = box === null ? {} : { box: { top: top!, left: left!, height: boxHeight!, width: boxWidth! } };
        const draw: AugmentationDraw = { ...AS_IT_IS, ...ofBox, ...(colours.length === 0 ? {} : { colours }) };
        const destination = new Float32Array(image.length);
        writeAugmented({ shape, pixels: Uint8Array.from(values), offset: 0 }, draw, table, destination, 0);
        const worst = image.reduce((most, value, at) => {
          const expected = (value - statistics.mean[at % channels]!) / statistics.standardDeviation[at % channels]!;
          return Math.max(most, Math.abs(destination[at]! - expected));
        }, 0);
        expect(worst, JSON.stringify({ channels, box, changes })).toBeLessThan(5e-6);
      }
    }
  });

  it("are flipped, and cut out, like any other", () => {
    const box = { top: 1, left: 2, height: 3, width: 3 };
    const colours = [{ of: "hue", amount: 0.1 }] as const;
    const straight = augment(pixels, { ...AS_IT_IS, box, colours });
    const draw = { ...AS_IT_IS, box, colours, isFlipped: true, cutout: { top: 0, left: 0, size: 2 } };
    const mirrored = augment(pixels, draw);
    for (let row = 0; row < 5; row++) {
      for (let column = 0; column < 6; column++) {
        const isCut = row < 2 && column < 2;
        expect(at(mirrored, row, column)).toEqual(isCut ? [0, 0, 0] : at(straight, row, 5 - column));
      }
    }
  });

  it("change nothing by a factor of 1, and no hue by a whole turn", () => {
    const ones = (["brightness", "contrast", "saturation", "hue"] as const).map((of) => ({
      of,
      amount: of === "hue" ? 0 : 1,
    }));
    const same = augment(pixels, { ...AS_IT_IS, colours: ones });
    for (const [index, value] of same.entries()) expect(value).toBeCloseTo(plain[index]!, 2);
  });
});

describe("drawResizedCrop", () => {
  it("draws boxes as PyTorch does: means and deviations within what chance allows", () => {
    const stream = new RandomStreams(3).stream("boxes");
    for (const { height, width, least, count, mean, deviation } of golden.boxes) {
      const draws = Array.from({ length: count }, () => drawResizedCrop(stream, { height, width }, least));
      for (const [index, name] of (["top", "left", "height", "width"] as const).entries()) {
        const values = draws.map((box) => box[name]);
        const average = values.reduce((sum, value) => sum + value, 0) / count;
        const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / count);
        const chance = (5 * Math.SQRT2 * deviation[index]!) / Math.sqrt(count) + 1e-9;
        expect(Math.abs(average - mean[index]!), `${name} of ${width}x${height}`).toBeLessThan(chance);
        // Where nearly all boxes are the one that is taken when none fits, the spread is that of a few others.
        const isUsual = mean[4]! < 0.01;
        if (isUsual) expect(Math.abs(spread - deviation[index]!), `${name} of ${width}x${height}`).toBeLessThan(chance);
      }
      for (const box of draws) {
        expect(box.top >= 0 && box.left >= 0 && box.height >= 1 && box.width >= 1).toBe(true);
        expect(box.top + box.height <= height && box.left + box.width <= width).toBe(true);
      }
    }
  });
});

describe("drawColourJitter", () => {
  it("draws every order equally often, and factors uniformly in their ranges", () => {
    const stream = new RandomStreams(3).stream("colours");
    const orders = new Map<string, number>();
    const amounts = {
      brightness: [] as number[],
      contrast: [] as number[],
      saturation: [] as number[],
      hue: [] as number[],
    };
    const count = 12_000;
    for (let draw = 0; draw < count; draw++) {
      const changes = drawColourJitter(stream, 0.4, 0.2);
      const order = changes.map(({ of }) => of).join();
      orders.set(order, (orders.get(order) ?? 0) + 1);
      for (const { of, amount } of changes) amounts[of].push(amount);
    }
    expect(orders.size).toBe(24);
    for (const times of orders.values()) expect(Math.abs(times - count / 24)).toBeLessThan(5 * Math.sqrt(count / 24));
    for (const [of, values] of Object.entries(amounts)) {
      const [low, high] = of === "hue" ? [-0.2, 0.2] : [0.6, 1.4];
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...values)).toBeLessThan(high);
      const average = values.reduce((sum, value) => sum + value, 0) / count;
      expect(Math.abs(average - (low + high) / 2)).toBeLessThan((5 * (high - low)) / Math.sqrt(12 * count));
    }
  });
});

describe("what is asked for beyond a crop, a flip and a cutout", () => {
  it("draws what it drew before where it is off, from the same numbers", () => {
    const [before, after] = [new RandomStreams(9).stream("x"), new RandomStreams(9).stream("x")];
    const usual = { cropPadding: 2, horizontalFlip: true, cutoutSize: 2 };
    const off = { ...usual, resizedCrop: 0, colourJitter: 0, hueJitter: 0 };
    for (let draw = 0; draw < 20; draw++) {
      const expected = drawAugmentation(before, usual, SHAPE);
      expect(drawAugmentation(after, off, SHAPE)).toEqual(expected);
      expect(Object.keys(expected)).toEqual(["cropTop", "cropLeft", "isFlipped", "cutout"]);
    }
    expect(after.state()).toEqual(before.state());
  });

  it.each([
    [{ resizedCrop: 1.5 }, "augmentation: resizedCrop got 1.5, expected a number from 0 to 1"],
    [{ colourJitter: -0.1 }, "augmentation: colourJitter got -0.1, expected a number from 0 to 1"],
    [{ hueJitter: 0.6 }, "augmentation: hueJitter got 0.6, expected a number from 0 to 0.5"],
    [
      { resizedCrop: 0.08, cropPadding: 2 },
      "augmentation: got a crop of 2 pixels beside a resized crop, expected one of them",
    ],
  ])("%o is refused", (given, message) => {
    const check = () => assertAugmentation({ ...NO_AUGMENTATION, ...given }, SHAPE);
    expect(check).toThrow(expect.objectContaining({ code: "E_AUGMENTATION", kind: "usage", message }));
  });
});
