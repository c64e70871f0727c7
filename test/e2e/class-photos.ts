/** A folder of pictures of a few classes that look different, drawn by a formula. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

/** Writes `count` PNG files of 16x16 into `folder`/`className`; `kind` decides how they look. */
export async function writeClassPhotos(
  folder: string,
  className: string,
  kind: number,
  count: number,
  first = 0,
): Promise<void> {
  const place = join(folder, className);
  mkdirSync(place, { recursive: true });
  for (let k = first; k < first + count; k++) {
    const pixels = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (i * (kind + 1) * 7 + k * 29 + kind * 60) % 256);
    const raw = { width: 16, height: 16, channels: 3 } as const;
    await sharp(pixels, { raw })
      .png()
      .toFile(join(place, `${String(k).padStart(3, "0")}.png`));
  }
}
