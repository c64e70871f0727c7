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
  const end = endItem << 4;
  let at = firstItem << 4;
  // Four items are a line of the cache, of each group.
  for (; at + 64 <= end; at += 64) {
    let p = partials + at;
    let sum0 = v128.load(p);
    let sum1 = v128.load(p, 16);
    let sum2 = v128.load(p, 32);
    let sum3 = v128.load(p, 48);
    for (let group: usize = 1; group < groups; group++) {
      p += step;
      sum0 = f32x4.add(sum0, v128.load(p));
      sum1 = f32x4.add(sum1, v128.load(p, 16));
      sum2 = f32x4.add(sum2, v128.load(p, 32));
      sum3 = f32x4.add(sum3, v128.load(p, 48));
    }
    v128.store(output + at, sum0);
    v128.store(output + at, sum1, 16);
    v128.store(output + at, sum2, 32);
    v128.store(output + at, sum3, 48);
  }
  for (; at < end; at += 16) {
    let p = partials + at;
    let sum = v128.load(p);
    for (let group: usize = 1; group < groups; group++) {
      p += step;
      sum = f32x4.add(sum, v128.load(p));
    }
    v128.store(output + at, sum);
  }
}
