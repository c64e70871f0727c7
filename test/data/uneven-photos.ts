/** Pictures of two classes that overlap, dark and bright, many of one and few of the other. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { RandomStreams } from "../../src/random/index.ts";

const SIDE = 8;

/** Writes PNG files of 8x8 into `train/` and `test/` of `folder`: as many of `dark` and `bright` as is said, for testing 40 of each. */
export async function writeUnevenPhotos(folder: string, dark: number, bright: number): Promise<void> {
  const splits = { train: { dark, bright }, test: { dark: 40, bright: 40 } };
  for (const [split, classes] of Object.entries(splits)) {
    for (const [name, count] of Object.entries(classes)) {
      mkdirSync(join(folder, split, name), { recursive: true });
      for (let k = 0; k < count; k++) {
        const stream = new RandomStreams(1).stream(`${split}/${name}/${k}`);
        const level = (name === "dark" ? 105 : 145) + 22 * stream.normal();
        const pixels = Uint8Array.from({ length: SIDE * SIDE }, () => level + 6 * stream.normal());
        await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } })
          .png()
          .toFile(join(folder, split, name, `${String(k).padStart(3, "0")}.png`));
      }
    }
  }
}
