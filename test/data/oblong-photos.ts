/** Pictures three times as wide as high, whose class shows at both ends alone: what a crop about the centre keeps says nothing of it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { RandomStreams } from "../../src/random/index.ts";

const [WIDTH, HEIGHT] = [96, 32] as const;

/** Writes `count` PNG files of 96x32 of each of two classes into folders of `folder`: one is red at its ends, the other blue, with noise everywhere. */
export async function writeOblongPhotos(folder: string, count: number): Promise<void> {
  for (const [kind, name] of ["blue", "red"].entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let k = 0; k < count; k++) {
      const stream = new RandomStreams(1).stream(`${name}/${k}`);
      const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => {
        const [x, channel] = [Math.floor(i / 3) % WIDTH, i % 3];
        const isEnd = x < WIDTH / 3 || x >= (2 * WIDTH) / 3;
        const isOwn = channel === (kind === 0 ? 2 : 0);
        return (isEnd && isOwn ? 170 : 60) + stream.integer(60);
      });
      const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
      await sharp(pixels, { raw })
        .png()
        .toFile(join(folder, name, `${String(k).padStart(3, "0")}.png`));
    }
  }
}
