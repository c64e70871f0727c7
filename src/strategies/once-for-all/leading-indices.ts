import type { Shape } from "../../graph/index.ts";

/** Where the first `to` entries of each axis lie among all values of a tensor of shape `from`, in their order: a narrower block's share of the weights. */
export function leadingIndices(from: Shape, to: Shape): Int32Array {
  let indices = Int32Array.of(0);
  for (const [axis, length] of to.entries()) {
    const further = new Int32Array(indices.length * length);
    for (const [place, index] of indices.entries()) {
      for (let at = 0; at < length; at++) further[place * length + at] = index * from[axis]! + at;
    }
    indices = further;
  }
  return indices;
}
