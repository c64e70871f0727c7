/** @file A genotype drawn at random: the baseline that every search has to beat. */
import type { RandomStream } from "../random/index.ts";
import { deriveGenotype } from "./derive.ts";
import type { Genotype } from "./genotype.ts";
import type { SearchSpace } from "./search-space.ts";

/**
 * Uniform over the supports of `space`: in each group every set of `sparsity` candidates is equally likely, whatever edges
 * they lie on. Groups are independent; entries come by candidate index. Takes `sparsity` integers of `stream` per group.
 */
export function randomGenotype(space: SearchSpace, stream: RandomStream): Genotype {
  const supports = space.groups.map((group) => randomSubset(group.candidates.length, group.sparsity, stream));
  return deriveGenotype(space, supports);
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
