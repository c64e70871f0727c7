/**
 * @file What a worker executes: a flat list of kernel calls, plain data that is posted to every worker once per
 * program. Images are dealt out in fixed groups, G = min(32, N): group g owns images [floor(g N / G), floor((g + 1) N
 * / G)), and of T threads, thread t owns groups [floor(t G / T), floor((t + 1) G / T)). Partial sums are made per
 * group, so results do not depend on T.
 */

/** The address of a value that a thread holds in its own scratch, and only for the group of images that it works on. */
export interface LocalAddress {
  /** Bytes from the start of the thread's scratch. */
  readonly local: number;
  readonly imageBytes: number;
}

export type InstructionOf<Argument> =
  /** Each thread over its own images: kernel(scratch, ...args, firstImage, endImage) for each group. */
  | { readonly share: "images"; readonly kernel: string; readonly args: readonly Argument[]; readonly images: number }
  /** For each group of the thread: kernel(scratch, ...args, group, firstImage, endImage). */
  | { readonly share: "groups"; readonly kernel: string; readonly args: readonly Argument[]; readonly images: number }
  /** Items [0, count) cut into one contiguous run a thread: kernel(scratch, ...args, firstItem, endItem). */
  | { readonly share: "items"; readonly kernel: string; readonly args: readonly Argument[]; readonly count: number }
  /** Every thread does the whole of it and writes the same bits: kernel(scratch, ...args, thread). */
  | { readonly share: "every"; readonly kernel: string; readonly args: readonly Argument[] }
  /** All threads meet. */
  | { readonly share: "barrier" };

/** Only what is shared by images or groups has local addresses. */
export type Instruction = InstructionOf<number | LocalAddress>;

/** Largest number of groups of images. */
export const GROUP_LIMIT = 32;

export function groupCount(images: number): number {
  return Math.min(GROUP_LIMIT, images);
}
