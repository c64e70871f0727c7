/** @file The event of a selection by a strategy that compares whole architectures: it has nothing to say of single candidates. */
import type { ChoiceGroup, Supports } from "../choice/index.ts";
import type { Exploration } from "./exploration-ledger.ts";
import type { SelectionEvent } from "./search-event.ts";
import { selectionOf } from "./selection-of.ts";

interface PlainSelection {
  /** Epochs finished. */
  readonly epoch: number;
  readonly supports: Supports;
  /** By the selection before. */
  readonly before: Supports;
  /** Whether it stays so. */
  readonly isOver: boolean;
  readonly exploration: Exploration;
}

/** Plain sums of what is kept. */
export function plainSelection(
  groups: readonly ChoiceGroup[],
  { epoch, supports, before, isOver, exploration }: PlainSelection,
): SelectionEvent {
  const selected = groups.map(({ name }, group) => {
    const support = supports[group]!;
    const changed = support.join() !== before[group]!.join();
    return { group: name, support, values: null, weights: null, changed, isFrozen: isOver, figures: {}, vectors: {} };
  });
  return selectionOf(epoch, selected, exploration);
}
