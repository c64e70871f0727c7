/** @file A sample of architectures in which none is twice. */
import type { RandomStream } from "../random/index.ts";
import { type ChoiceGroup, type Supports, spaceSize } from "./choice-group.ts";
import { randomSupports } from "./random-supports.ts";

/**
 * The first `count` different ones of uniform draws: of a larger `count` those of a smaller one are the first.
 * Throws `RangeError` for more than the groups hold.
 */
export function distinctSupports(
  groups: readonly ChoiceGroup[],
  count: number,
  stream: RandomStream,
): readonly Supports[] {
  if (count > spaceSize(groups)) throw new RangeError(`supports: got ${count}, expected at most ${spaceSize(groups)}`);
  const drawn = new Map<string, Supports>();
  while (drawn.size < count) {
    const supports = randomSupports(groups, stream);
    const key = JSON.stringify(supports);
    if (!drawn.has(key)) drawn.set(key, supports);
  }
  return [...drawn.values()];
}
