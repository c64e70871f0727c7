/**
 * @file Kernels of two widths from one text. A body is written for eight channels, in pairs of neighbouring 128-bit
 * operations, and made twice: as `Octet`, which an engine may join to 256-bit operations, and as `Quad`, where the
 * upper half is never loaded or stored and so disappears. Lanes do not mix, so both widths give the same bits.
 */

/** Four channels: sizeof is their count. */
export type Quad = i32;

/** Eight channels. */
export type Octet = i64;

// @ts-ignore: decorator
@inline
export function loadUpper<T>(address: usize): v128 {
  if (sizeof<T>() == 8) return v128.load(address, 16);
  return f32x4.splat(0);
}

// @ts-ignore: decorator
@inline
export function storeUpper<T>(address: usize, value: v128): void {
  if (sizeof<T>() == 8) v128.store(address, value, 16);
}

/** sum + a b: rounded once in the fused build, the product and the sum each in the separate one. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, sum);
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** The same for one float, with the bits of a lane. */
// @ts-ignore: decorator
@inline
export function multiplyAddOne(sum: f32, a: f32, b: f32): f32 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return f32x4.extract_lane(f32x4.relaxed_madd(f32x4.splat(a), f32x4.splat(b), f32x4.splat(sum)), 0);
  }
  return sum + a * b;
}

/** Sums that are stored in pairs are joined to 256-bit sums in the loop before; others are not. */
// @ts-ignore: decorator
@inline
export function storeOctet(address: usize, lower: v128, upper: v128): void {
  v128.store(address, lower);
  v128.store(address, upper, 16);
}

/** Adds four float32 lanes to four float64 in memory. */
// @ts-ignore: decorator
@inline
export function add4(address: usize, lanes: v128): void {
  v128.store(address, f64x2.add(v128.load(address), f64x2.promote_low_f32x4(lanes)));
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(lanes, lanes, 1, 0));
  v128.store(address, f64x2.add(v128.load(address, 16), high), 16);
}

/** Adds eight float32 in memory to eight float64 in memory. */
// @ts-ignore: decorator
@inline
export function add8(address: usize, lanes: usize): void {
  add4(address, v128.load(lanes));
  add4(address + 32, v128.load(lanes, 16));
}
