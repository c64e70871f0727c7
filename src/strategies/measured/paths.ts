/** @file How paths are drawn. */
import { type ChoiceGroup, randomSupports, type Supports } from "../../choice/index.ts";
import type { SearchContext } from "../../search/index.ts";

/** The path of that number in an epoch, each set of active candidates equally likely. */
export function drawPath(
  { space, streams }: Pick<SearchContext, "space" | "streams">,
  active: Supports,
  epoch: number,
  number: number,
): Supports {
  const stream = streams.stream(`measured/epoch/${epoch}/path/${number}`);
  const groups = space.groups.map((group, index): ChoiceGroup => {
    return { ...group, candidates: active[index]!.map((candidate) => group.candidates[candidate]!) };
  });
  return randomSupports(groups, stream).map((support, group) => support.map((index) => active[group]![index]!));
}
