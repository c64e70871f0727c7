/** @file Folders and image files that the tests of this folder read. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";

/** Writes files by their paths within `root` and returns `root`. */
export function writeFiles(root: string, files: Readonly<Record<string, Uint8Array | string>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

export interface Sample {
  readonly height?: number;
  readonly width?: number;
  readonly channels?: 1 | 3;
  /** Decides the pixels; equal seeds, equal pixels. */
  readonly seed?: number;
}

/** Pixels `[H, W, C]` without any pattern, the same for the same sample. */
export function samplePixels(sample: Sample): Uint8Array {
  const { height = 8, width = 8, channels = 3, seed = 0 } = sample;
  let state = (seed + 1) * 2654435761;
  return Uint8Array.from({ length: height * width * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** A PNG file of `samplePixels`, which it keeps exactly. */
export function samplePng(sample: Sample): Promise<Buffer> {
  const { height = 8, width = 8, channels = 3 } = sample;
  const image = sharp(samplePixels(sample), { raw: { height, width, channels } });
  return image
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .png()
    .toBuffer();
}

/** Files of `count` different images for each class, `PREFIX/CLASS/0.png` and so on. */
export async function sampleClasses(
  classes: Readonly<Record<string, number>>,
  options: Sample & { readonly prefix?: string } = {},
): Promise<Record<string, Buffer>> {
  const { prefix = "", seed = 0, ...sample } = options;
  const files: Record<string, Buffer> = {};
  let next = seed;
  for (const [name, count] of Object.entries(classes)) {
    for (let i = 0; i < count; i++) files[`${prefix}${name}/${i}.png`] = await samplePng({ ...sample, seed: next++ });
  }
  return files;
}
