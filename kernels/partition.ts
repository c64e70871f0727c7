/** @file How work is cut: images into groups, as src/device/wasm/instruction.ts says, and pixels into chunks. */

/** The first image of a group. */
// @ts-ignore: decorator
@inline
export function groupStart(group: usize, images: usize, groups: usize): usize {
  return (group * images) / groups;
}

/**
 * Pixels of about `bytes` bytes: from 16 to 128, a multiple of 4. Depends on nothing but the shape, since sums are cut
 * by it.
 */
export function chunkPixels(channels: i32, bytes: i32): i32 {
  return max(16, min(128, bytes / (channels << 2)) & ~3);
}
