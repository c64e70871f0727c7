/** @file A selection as the page reads it, and what it says of the space's groups. */
import type { SelectionEvent, SelectedGroup as WrittenGroup } from "../../src/search/index.ts";

/** JSON has null for a number that is not finite. */
type Figure = number | null;
type FiguresByName = Readonly<Record<string, Figure>>;

/** What a group keeps. Runs of older versions know the values of what is kept alone: the others are null. */
interface SelectedGroup extends Pick<WrittenGroup, "group" | "support" | "changed" | "isFrozen"> {
  readonly values: readonly Figure[] | null;
  readonly weights: readonly Figure[] | null;
  readonly figures: FiguresByName;
  readonly vectors: Readonly<Record<string, readonly Figure[]>>;
}

export interface Selection extends Pick<SelectionEvent, "epoch" | "isAccepted" | "fit"> {
  readonly time: string;
  /** In the order of the space. */
  readonly groups: readonly SelectedGroup[];
  readonly figures: FiguresByName;
  /** Null in runs of older versions. */
  readonly exploration: SelectionEvent["exploration"] | null;
}

/** A candidate of a group, by their numbers. */
export interface Choice {
  readonly group: number;
  readonly candidate: number;
}

/** Candidates of a group that the search had given up, by index; none where its strategy gives up none. */
export function givenUp({ vectors }: Selection["groups"][number], candidates: number): readonly number[] {
  const active = vectors["active"] ?? [];
  return active.length === candidates ? [...active.keys()].filter((index) => active[index] === 0) : [];
}

/** What is kept and was not before. */
export function addedSince({ groups }: Selection, before: Selection): readonly Choice[] {
  return groups.flatMap(({ support }, group) => {
    const old = before.groups[group]!.support;
    return support.filter((candidate) => !old.includes(candidate)).map((candidate) => ({ group, candidate }));
  });
}

/** Names that occur in any of some records, in the order of their first occurrence. */
export function namesIn(records: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}
