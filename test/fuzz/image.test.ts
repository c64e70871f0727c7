import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect } from "vitest";
import { loadImage } from "../../src/data/index.ts";
import { bmpOfPixels, handMadeBmp } from "../data/hand-made-bmp.ts";
import { samplePixels } from "../data/sample-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fuzzReader } from "./fuzz-reader.ts";
import { mutatedFiles } from "./mutations.ts";

const picture = sharp(samplePixels({ height: 12, width: 10 }), { raw: { height: 12, width: 10, channels: 3 } });
const runs = Uint8Array.from({ length: 48 }, (_, i) => [10, 0, 0, 0][i % 4]!);
const files = await Promise.all([
  picture.clone().png().toBuffer(),
  picture.clone().png({ progressive: true }).toBuffer(),
  picture.clone().jpeg().toBuffer(),
  picture.clone().withMetadata({ orientation: 6 }).jpeg({ progressive: true }).toBuffer(),
  picture.clone().webp().toBuffer(),
  picture.clone().gif().toBuffer(),
  picture.clone().tiff({ compression: "deflate" }).toBuffer(),
  picture.clone().avif({ effort: 0 }).toBuffer(),
  bmpOfPixels(samplePixels({ height: 12, width: 10 }), 12, 10),
  handMadeBmp({ height: 12, width: 10, bits: 8, compression: 1, palette: [[9, 8, 7]], data: runs }),
  handMadeBmp({ height: 3, width: 4, bits: 16, compression: 3, masks: [0xf00, 0xf0, 0xf, 0xf000], data: runs }),
]);
const path = join(temporaryFolder(), "image.png");

fuzzReader({
  name: "image file",
  valid: files,
  inputs: mutatedFiles(files),
  sizeOf: (bytes) => bytes.length,
  read: (bytes) => {
    writeFileSync(path, bytes);
    return loadImage(path, { height: 8, width: 8, channels: 3 });
  },
  check: (pixels) => expect(pixels.length).toBe(192),
});
