/** @file Replays golden augmentation: boxes that are scaled up and colours that change as PyTorch has them, and how its boxes are drawn. */
import { z } from "zod";
import { drawResizedCrop, normalisationTable, writeAugmented } from "../../data/index.ts";
import { RandomStreams } from "../../random/index.ts";
import type { ErrorLedger } from "./error-ledger.ts";
import { goldenJson } from "./golden-json.ts";

/** Older folders of golden numbers lack it. */
export const AUGMENTATION_FILE = "augmentation.json";

const numbers = z.array(z.number());
const side = z.int().positive();
const change = z.tuple([z.enum(["brightness", "contrast", "saturation", "hue"]), z.number()]);
const goldenSchema = z.object({
  ...{ height: side, width: side },
  cases: z.array(
    z.object({
      channels: z.union([z.literal(1), z.literal(3)]),
      pixels: numbers,
      outputs: z.array(z.object({ box: numbers.nullable(), changes: z.array(change), image: numbers })),
    }),
  ),
  /** Of top, left, height, width, and whether no box fitted. */
  boxes: z.array(
    z.object({ height: side, width: side, least: z.number(), count: side, mean: numbers, deviation: numbers }),
  ),
});

/** Of normalised pixels. */
const PIXEL_LIMIT = 5e-6;
/** Standard errors of a difference of two means. */
const DRAW_LIMIT = 5;
const STATISTICS = { mean: [0.4, 0.5, 0.6], standardDeviation: [0.2, 0.25, 0.3] };
const AS_IT_IS = { cropTop: 0, cropLeft: 0, isFlipped: false, cutout: null } as const;

export function verifyAugmentation(folder: string, ledger: ErrorLedger): void {
  const { height, width, cases, boxes } = goldenJson(goldenSchema, folder, AUGMENTATION_FILE);
  for (const { channels, pixels, outputs } of cases) {
    const mean = STATISTICS.mean.slice(0, channels);
    const standardDeviation = STATISTICS.standardDeviation.slice(0, channels);
    const source = { shape: { height, width, channels }, pixels: Uint8Array.from(pixels), offset: 0 };
    const table = normalisationTable({ mean, standardDeviation });
    for (const { box, changes, image } of outputs) {
      const [top = 0, left = 0, boxHeight = 0, boxWidth = 0] = box ?? [];
      const draw = {
        ...AS_IT_IS,
        ...(box === null ? {} : { box: { top, left, height: boxHeight, width: boxWidth } }),
        ...(changes.length === 0 ? {} : { colours: changes.map(([of, amount]) => ({ of, amount })) }),
      };
      const got = new Float32Array(image.length);
      writeAugmented(source, draw, table, got, 0);
      const expected = image.map((value, at) => (value - mean[at % channels]!) / standardDeviation[at % channels]!);
      const name = JSON.stringify({ channels, box, changes });
      ledger.absolute("augmentation, boxes and colours", PIXEL_LIMIT, name, got, expected);
    }
  }
  const stream = new RandomStreams(3).stream("boxes");
  for (const { height: high, width: wide, least, count, mean, deviation } of boxes) {
    const draws = Array.from({ length: count }, () => drawResizedCrop(stream, { height: high, width: wide }, least));
    for (const [index, side] of (["top", "left", "height", "width"] as const).entries()) {
      const average = draws.reduce((sum, box) => sum + box[side], 0) / count;
      // As many draws on both sides.
      const error = (Math.SQRT2 * deviation[index]!) / Math.sqrt(count) + 1e-9;
      const name = `mean ${side} in ${wide}x${high}`;
      ledger.absolute("augmentation, boxes drawn", DRAW_LIMIT, name, [average / error], [mean[index]! / error]);
    }
  }
}
