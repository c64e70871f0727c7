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

/** sum + a b, rounded twice. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}
