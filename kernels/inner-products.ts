/**
 * @file The gradient of the weights of a weighted sum: inner products of the cotangent with each summand. A group of
 * images is cut into chunks; within one, 32 sums in float32 run side by side, and chunks are added up in float64.
 */
import { multiplyAdd } from "./lanes";

/** Floats of a chunk: the cotangent's stays in the first-level cache while all summands pass. */
const CHUNK: usize = 2048;

/**
 * Writes one float64 for each summand to partials[group]. The addresses of the first two summands are arguments; for each summand the table
 * holds its address, from the third on, and its entry.
 */
export function innerProducts(
  scratch: usize,
  cotangent: usize,
  first: usize,
  second: usize,
  table: usize,
  count: usize,
  partials: usize,
  elements: usize,
  group: usize,
  firstImage: usize,
  endImage: usize,
): void {
  const sums = partials + ((group * count) << 3);
  memory.fill(sums, 0, count << 3);
  const end = endImage * elements;
  for (let from = firstImage * elements; from < end; from += CHUNK) {
    const floats = min(CHUNK, end - from);
    for (let k: usize = 0; k < count; k++) {
      const summand = k == 0 ? first : k == 1 ? second : load<u32>(table + (k << 3));
      const product = dot(cotangent + (from << 2), summand + (from << 2), floats);
      store<f64>(sums + (k << 3), load<f64>(sums + (k << 3)) + product);
    }
  }
}

/** output[e] = the sum over groups, and over the summands with entry e. */
export function innerProductTotals(
  scratch: usize,
  partials: usize,
  groups: usize,
  table: usize,
  count: usize,
  output: usize,
  length: usize,
): void {
  for (let entry: usize = 0; entry < length; entry++) {
    let total: f64 = 0;
    for (let k: usize = 0; k < count; k++) {
      if (load<u32>(table + (k << 3), 4) != u32(entry)) continue;
      for (let group: usize = 0; group < groups; group++) total += load<f64>(partials + ((group * count + k) << 3));
    }
    store<f32>(output + (entry << 2), f32(total));
  }
}

function dot(a: usize, b: usize, floats: usize): f64 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  let s6 = s0;
  let s7 = s0;
  const vectorEnd = a + ((floats & ~31) << 2);
  const end = a + (floats << 2);
  for (; a < vectorEnd; a += 128, b += 128) {
    s0 = multiplyAdd(s0, v128.load(a), v128.load(b));
    s1 = multiplyAdd(s1, v128.load(a, 16), v128.load(b, 16));
    s2 = multiplyAdd(s2, v128.load(a, 32), v128.load(b, 32));
    s3 = multiplyAdd(s3, v128.load(a, 48), v128.load(b, 48));
    s4 = multiplyAdd(s4, v128.load(a, 64), v128.load(b, 64));
    s5 = multiplyAdd(s5, v128.load(a, 80), v128.load(b, 80));
    s6 = multiplyAdd(s6, v128.load(a, 96), v128.load(b, 96));
    s7 = multiplyAdd(s7, v128.load(a, 112), v128.load(b, 112));
  }
  s0 = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(f32x4.add(s4, s5), f32x4.add(s6, s7)));
  let sum = f64(f32x4.extract_lane(s0, 0)) + f64(f32x4.extract_lane(s0, 1));
  sum += f64(f32x4.extract_lane(s0, 2)) + f64(f32x4.extract_lane(s0, 3));
  for (; a < end; a += 4, b += 4) sum += f64(load<f32>(a)) * f64(load<f32>(b));
  return sum;
}
