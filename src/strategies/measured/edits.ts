/** @file The smallest changes of an architecture. */
import type { ChoiceGroup, Supports } from "../../choice/index.ts";

/** In one group one candidate for another. */
export interface Edit {
  readonly group: number;
  readonly left: number;
  readonly taken: number;
}

/** All that may be possible, of any architecture. */
export function editsOf(groups: readonly ChoiceGroup[]): readonly Edit[] {
  return groups.flatMap(({ candidates }, group) =>
    candidates.flatMap((_, left) =>
      candidates.flatMap((__, taken) => (left === taken ? [] : [{ group, left, taken }])),
    ),
  );
}

/** Null where the group does not keep what is left, or keeps what is taken. */
export function withEdit(supports: Supports, { group, left, taken }: Edit): Supports | null {
  const support = supports[group]!;
  if (!support.includes(left) || support.includes(taken)) return null;
  const changed = support.map((index) => (index === left ? taken : index)).sort((a, b) => a - b);
  return supports.map((one, index) => (index === group ? changed : one));
}

/** What makes the same of an architecture where `done` was done before: the way back for one that was left as it was. */
export function editAfter(done: Edit, edit: Edit | null): Edit {
  if (edit === null) return { group: done.group, left: done.taken, taken: done.left };
  return edit.group === done.group && edit.left === done.left ? { ...edit, left: done.taken } : edit;
}

/** How many of them there are of an architecture that keeps as many candidates as it may. */
export function neighbourCount(groups: readonly ChoiceGroup[]): number {
  return groups.reduce((sum, { candidates, sparsity }) => sum + sparsity * (candidates.length - sparsity), 0);
}
