import { useEffect, useRef, useState } from "preact/hooks";
import { readSelection } from "../data/read-events.ts";
import type { RunSnapshot } from "../data/run-store.ts";
import type { Selection } from "../data/selection.ts";
import type { RunSource } from "../data/source.ts";

export interface ShownSelection {
  readonly selection: Selection;
  /** The one before it, null for the first, and where that cannot be read. */
  readonly before: Selection | null;
  /** Why it cannot be read. */
  readonly beforeError: string | null;
}

export interface SelectionState {
  readonly shown: ShownSelection | null;
  /** Why the one that is asked for cannot be shown. */
  readonly error: string | null;
}

/**
 * The selection after `epoch` and the one before; those that were thinned out are asked for. Until both are there, those that were shown last;
 * null if none were.
 */
export function useSelection(
  source: RunSource,
  id: string,
  { selections, selectionEpochs, detail }: RunSnapshot,
  epoch: number | null,
): SelectionState {
  const place = epoch === null ? selectionEpochs.length - 1 : selectionEpochs.indexOf(epoch);
  const wanted = [selectionEpochs[place], selectionEpochs[place - 1]];
  const [fetched, setFetched] = useState<ReadonlyMap<number, Selection | string>>(new Map());
  const missing = wanted.filter(
    (number) =>
      number !== undefined && !fetched.has(number) && !selections.some((selection) => selection.epoch === number),
  ) as readonly number[];
  useEffect(() => {
    let isCurrent = true;
    for (const number of missing) {
      const keep = (value: Selection | string) =>
        isCurrent && setFetched((old) => new Map([...old].slice(-50)).set(number, value));
      source
        .selection(id, number)
        .then((entry) => readSelection(entry, detail.space!))
        .then(keep, (error: Error) => keep(error.message));
    }
    return () => {
      isCurrent = false;
    };
  }, [source, id, missing.join()]);
  const [selection, before] = wanted.map((number) =>
    number === undefined
      ? undefined
      : (selections.findLast((candidate) => candidate.epoch === number) ?? fetched.get(number)),
  );
  const last = useRef<(ShownSelection & { readonly id: string }) | null>(null);
  if (typeof selection === "string") return { shown: null, error: `epoch ${wanted[0]}: ${selection}` };
  const isThere = selection !== undefined && (before !== undefined || wanted[1] === undefined);
  if (isThere) {
    const [readable, beforeError] = typeof before === "string" ? [null, before] : [before ?? null, null];
    last.current = { id, selection, before: readable, beforeError };
  }
  return { shown: last.current?.id === id ? last.current : null, error: null };
}
