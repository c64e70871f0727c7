/** @file What a search by measured paths tells of each group. */
import type { ChoiceGroup, Supports } from "../../choice/index.ts";
import type { SelectedGroup } from "../../search/index.ts";

interface Selected {
  readonly supports: Supports;
  /** Of the selection before. */
  readonly before: Supports;
  readonly active: Supports;
  readonly effects: readonly (readonly number[])[] | null;
  /** Whether the search ends with it. */
  readonly isOver: boolean;
}

/** The effects are the values; which candidates are active is a vector of zeros and ones. */
export function selectedGroups(
  groups: readonly ChoiceGroup[],
  { supports, before, active, effects, isOver }: Selected,
): readonly SelectedGroup[] {
  return groups.map(({ name, candidates }, group) => {
    const support = supports[group]!;
    const indices = active[group]!;
    return {
      ...{ group: name, support, values: effects?.[group] ?? null, weights: null, isFrozen: isOver },
      changed: support.join() !== before[group]!.join(),
      figures: { active: indices.length },
      vectors: { active: candidates.map((_, index) => Number(indices.includes(index))) },
    };
  });
}
