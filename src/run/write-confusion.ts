/** @file The confusion matrix of an evaluation as a file: a table or a picture, by what its name ends in. */
import { countOf } from "../count-of.ts";
import { IstaNasError } from "../error.ts";
import { drawConfusion, formatConfusionCsv } from "../export/index.ts";
import { type OutputPlace, writeOutput } from "../files/index.ts";
import { type Flag, placeFlag } from "../options/index.ts";
import type { ConfusionMatrix } from "../statistics/index.ts";

/** Where it goes, as errors say it. */
export const CONFUSION_PLACE: OutputPlace = { where: "evaluate", flag: "--confusion", code: "E_EVALUATE_CONFUSION" };
/** A table of 10,000 classes has 200 MB. */
const MOST_CLASSES = 10_000;

const ENDING = /\.(csv|png|svg)$/i;

const place = placeFlag(
  "confusion",
  "FILE",
  "also write the confusion matrix: FILE.csv a table, FILE.png or FILE.svg a picture",
);

/** The name of a table or a picture. */
export const CONFUSION_FLAG: Flag<string> = {
  ...place,
  parse(text, as = "confusion") {
    if (ENDING.test(place.parse(text, as))) return text;
    throw new IstaNasError(`--${as}: got ${text}, expected a name that ends in .csv, .png or .svg`, {
      code: "E_FLAG_VALUE",
      kind: "usage",
    });
  },
};

/** Throws `E_EVALUATE_CONFUSION` for more classes than a table or a picture can have. */
export function assertDrawable(classCount: number): void {
  if (classCount <= MOST_CLASSES) return;
  throw new IstaNasError(
    `evaluate: --confusion: got ${countOf(classCount, "class")}, expected at most ${MOST_CLASSES}`,
    {
      code: "E_EVALUATE_CONFUSION",
      kind: "usage",
      hint: "leave --confusion out",
    },
  );
}

/** Throws `E_EVALUATE_CONFUSION` if it cannot be written there, and what `assertDrawable` throws. */
export async function writeConfusion(
  file: string,
  matrix: ConfusionMatrix,
  classNames: readonly string[],
): Promise<void> {
  assertDrawable(classNames.length);
  writeOutput(file, await contentOf(file, matrix, classNames), CONFUSION_PLACE);
}

async function contentOf(
  file: string,
  matrix: ConfusionMatrix,
  classNames: readonly string[],
): Promise<string | Uint8Array> {
  const ending = ENDING.exec(file)![1]!.toLowerCase();
  if (ending === "csv") return formatConfusionCsv(matrix, classNames);
  const { svg, density } = drawConfusion(matrix, classNames);
  if (ending === "svg") return svg;
  const { default: sharp } = await import("sharp");
  const options = { density, limitInputPixels: false, unlimited: true };
  return sharp(Buffer.from(svg), options).png({ compressionLevel: 9 }).toBuffer();
}
