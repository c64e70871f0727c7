/** @file In which numbers the images of each class are shown in an epoch. */
import type { RandomStream } from "../random/index.ts";

/** `as-is`: every image once at most. `balanced`: every class equally often, its images in turn, an epoch as long as before. */
export const SAMPLINGS = ["as-is", "balanced"] as const;

export type Sampling = (typeof SAMPLINGS)[number];

/**
 * As many images as there are, shuffled, of which each class that has some is the same share to within one image: which classes have one more is drawn. Images
 * of a class come again only after all others of it have come. `labels`: of all images, `indices` those to draw from.
 */
export function drawBalanced(indices: Uint32Array, labels: ArrayLike<number>, stream: RandomStream): Uint32Array {
  const classes = new Map<number, number[]>();
  for (const index of indices) {
    const label = labels[index]!;
    const found = classes.get(label);
    if (found === undefined) classes.set(label, [index]);
    else found.push(index);
  }
  const sorted = [...classes.keys()].sort((a, b) => a - b);
  const share = Math.floor(indices.length / sorted.length);
  const withOneMore = new Set(stream.shuffle([...sorted]).slice(0, indices.length % sorted.length));
  const drawn = new Uint32Array(indices.length);
  let at = 0;
  for (const label of sorted) {
    const own = Uint32Array.from(classes.get(label)!);
    const end = at + share + (withOneMore.has(label) ? 1 : 0);
    while (at < end) {
      const turn = stream.shuffle(own).subarray(0, end - at);
      drawn.set(turn, at);
      at += turn.length;
    }
  }
  return stream.shuffle(drawn);
}
