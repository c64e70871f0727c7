import type { Exploration } from "./exploration-ledger.ts";
import type { SelectedGroup, SelectionEvent } from "./search-event.ts";

/** The event of a selection that is in use. */
export function selectionOf(epoch: number, groups: readonly SelectedGroup[], exploration: Exploration): SelectionEvent {
  return { kind: "selection", epoch, groups, isAccepted: true, figures: {}, exploration };
}
