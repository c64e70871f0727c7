/** @file How paths are drawn through the candidates that are active. */
import { type ChoiceGroup, randomSupports, type Supports } from "../choice/index.ts";
import type { RandomStream } from "../random/index.ts";

/** Each group keeps its number of candidates; all sets of active ones are equally likely. */
export function drawPath(groups: readonly ChoiceGroup[], active: Supports, stream: RandomStream): Supports {
  const activeGroups = groups.map((group, index): ChoiceGroup => {
    return { ...group, candidates: active[index]!.map((candidate) => group.candidates[candidate]!) };
  });
  return randomSupports(activeGroups, stream).map((support, group) => support.map((index) => active[group]![index]!));
}
