/**
 * @file What is peculiar to EMNIST's six sets, which come as IDX files: images lie on their side (columns first), letters are labelled from 1, and a
 * file maps labels to characters.
 */
import type { ImageShape } from "./image-split.ts";

export type EmnistSet = "balanced" | "byclass" | "bymerge" | "digits" | "letters" | "mnist";

const DIGITS = "0123456789";
const CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** Lower-case letters that are not merged with capitals which look like them. */
const UNMERGED = "abdefghnqrt";

/** Characters in the order of the labels, and the label of the first. */
const SETS: Readonly<Record<EmnistSet, { readonly characters: string; readonly firstLabel: number }>> = {
  balanced: { characters: DIGITS + CAPITALS + UNMERGED, firstLabel: 0 },
  byclass: { characters: DIGITS + CAPITALS + CAPITALS.toLowerCase(), firstLabel: 0 },
  bymerge: { characters: DIGITS + CAPITALS + UNMERGED, firstLabel: 0 },
  digits: { characters: DIGITS, firstLabel: 0 },
  letters: { characters: CAPITALS, firstLabel: 1 },
  mnist: { characters: DIGITS, firstLabel: 0 },
};

/** The label that the first class has in the files. */
export function firstEmnistLabel(set: EmnistSet): number {
  return SETS[set].firstLabel;
}

/** The character of a label: of `mapping`, with a line `LABEL CODE ...` for each, or as published; null for a label beyond. */
export function emnistClassName(set: EmnistSet, label: number, mapping: string | null): string | null {
  const { characters, firstLabel } = SETS[set];
  const line = mapping?.match(new RegExp(`^[ \\t]*${label}[ \\t]+(\\d+)`, "m"));
  if (line != null) return String.fromCharCode(Number(line[1]));
  return characters[label - firstLabel] ?? null;
}

/** Images `[N, H, W, 1]` whose rows and columns change places, to `[N, W, H, 1]`. */
export function transposed(pixels: Uint8Array, { height, width }: ImageShape): Uint8Array {
  const turned = new Uint8Array(pixels.length);
  for (let image = 0; image < pixels.length; image += height * width) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) turned[image + x * height + y] = pixels[image + y * width + x]!;
    }
  }
  return turned;
}
