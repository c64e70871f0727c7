/** @file The first of the embedded images as an IDX folder: where a test is about a run and not about its accuracy. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const EMBEDDED = fileURLToPath(new URL("../../data/fashion-mnist-6000/", import.meta.url));
const [IMAGE_BYTES, IMAGE_HEADER, LABEL_HEADER] = [28 * 28, 16, 8];

/** Writes folder `name` in `cwd`. `train` a multiple of ten times the batch or more, `test` as small as one likes. */
export function fewImages(cwd: string, name: string, train: number, test: number): string {
  const folder = join(cwd, name);
  mkdirSync(folder);
  for (const [part, count] of [
    ["train", train],
    ["t10k", test],
  ] as const) {
    const first = (file: string, bytes: number) => {
      const content = gunzipSync(readFileSync(join(EMBEDDED, `${file}.gz`))).subarray(0, bytes);
      content.writeUInt32BE(count, 4);
      writeFileSync(join(folder, file), content);
    };
    first(`${part}-images-idx3-ubyte`, IMAGE_HEADER + count * IMAGE_BYTES);
    first(`${part}-labels-idx1-ubyte`, LABEL_HEADER + count);
  }
  copyFileSync(join(EMBEDDED, "class-names.txt"), join(folder, "class-names.txt"));
  return name;
}
