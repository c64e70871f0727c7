/** @file The last step of every filter gradient: partial sums of groups of images, added in the order of the groups. */

/**
 * Entries [4 firstItem, 4 endItem) of output = partials[0] + partials[1] + ...; each has `elements` floats, a multiple
 * of 4.
 */
export function sumGroups(
  scratch: usize,
  partials: usize,
  groups: usize,
  elements: usize,
  output: usize,
  firstItem: usize,
  endItem: usize,
): void {
  const step = elements << 2;
  for (let at = firstItem << 4; at < endItem << 4; at += 16) {
    let p = partials + at;
    let sum = v128.load(p);
    for (let group: usize = 1; group < groups; group++) {
      p += step;
      sum = f32x4.add(sum, v128.load(p));
    }
    v128.store(output + at, sum);
  }
}
