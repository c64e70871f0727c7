/** @file Pictures of a finished run as PNG: what was found, and what its network takes for what. */
import { drawConfusion } from "../export/index.ts";
import { ConfusionMatrix } from "../statistics/index.ts";
import { type RunConfig, type RunFolder, readTestPredictions } from "../store/index.ts";
import type { PngPicture } from "./tensorboard-event.ts";

/** A picture, and what it is called. */
export interface RunPicture extends PngPicture {
  readonly name: "cells" | "confusion";
}

const CELLS_FILE = "cells.svg";
const CELLS_DENSITY = 144;
/** A picture of more classes has more pixels than anyone looks at. */
const MOST_CLASSES = 1000;

/** Those that its files make. Throws `E_RUN_FILE` for files that are damaged, and what drawing them throws. */
export async function drawRun(folder: RunFolder, { classNames }: RunConfig): Promise<readonly RunPicture[]> {
  const pictures: RunPicture[] = [];
  if (folder.has(CELLS_FILE)) pictures.push(await pictureOf("cells", folder.readText(CELLS_FILE), CELLS_DENSITY));
  const answers = classNames.length <= MOST_CLASSES ? readTestPredictions(folder) : null;
  if (answers !== null) {
    const matrix = new ConfusionMatrix(answers.labels, answers.predictions, classNames.length);
    const { svg, density } = drawConfusion(matrix, classNames);
    pictures.push(await pictureOf("confusion", svg, density));
  }
  return pictures;
}

async function pictureOf(name: RunPicture["name"], svg: string, density: number): Promise<RunPicture> {
  const { default: sharp } = await import("sharp");
  const drawn = sharp(Buffer.from(svg), { density }).png({ compressionLevel: 9 });
  const { data, info } = await drawn.toBuffer({ resolveWithObject: true });
  return { name, png: data, width: info.width, height: info.height, channels: info.channels };
}
