/** @file Supports drawn at random: the baseline that every search has to beat. */
import type { RandomStream } from "../random/index.ts";
import type { ChoiceGroup, Supports } from "./choice-group.ts";

/**
 * Uniform over all architectures: in each group every set of `sparsity` candidates is equally likely. Groups are independent; indices ascend.
 * Takes `sparsity` integers of `stream` a group.
 */
export function randomSupports(groups: readonly ChoiceGroup[], stream: RandomStream): Supports {
  return groups.map(({ candidates, sparsity }) => randomSubset(candidates.length, sparsity, stream));
}

/** Floyd's sampling: one draw per element, every subset equally likely. */
function randomSubset(count: number, size: number, stream: RandomStream): number[] {
  const chosen = new Set<number>();
  for (let last = count - size; last < count; last++) {
    const draw = stream.integer(last + 1);
    chosen.add(chosen.has(draw) ? last : draw);
  }
  return [...chosen].sort((a, b) => a - b);
}
