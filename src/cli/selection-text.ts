/** @file What the groups of a space keep, in one line. */
import type { ChoiceGroup, Supports } from "../choice/index.ts";

/** What is marked of a group: `*` its support changed, `=` it is frozen. */
export interface GroupMarks {
  readonly changed?: boolean;
  readonly isFrozen?: boolean;
}

/**
 * For example `normal skip@0+sep3@1*  ... | reduce ...`: what each group keeps by its short names, groups of one part of the network side by side
 * under the part's name.
 */
export function formatSelection(
  groups: readonly ChoiceGroup[],
  supports: Supports,
  marks: readonly GroupMarks[] = [],
): string {
  const parts = new Map<string, string[]>();
  for (const [index, { name, candidates }] of groups.entries()) {
    const part = name.includes("/") ? `${name.split("/", 1)[0]} ` : "";
    const kept = supports[index]!.map((candidate) => candidates[candidate]!.label).join("+");
    const { changed = false, isFrozen = false } = marks[index] ?? {};
    const shown = `${kept}${changed ? "*" : ""}${isFrozen ? "=" : ""}`;
    parts.set(part, [...(parts.get(part) ?? []), shown]);
  }
  const gap = marks.length > 0 ? "  " : " ";
  return [...parts].map(([part, shown]) => `${part}${shown.join(gap)}`).join(" | ");
}
