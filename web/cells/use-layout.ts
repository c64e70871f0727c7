import { useEffect, useRef, useState } from "preact/hooks";
import type { CellLayout, Flow } from "../../src/export/cell-layout.ts";
import { asCell, type KeptCandidate } from "../data/recovery.ts";
import type { RunSource } from "../data/source.ts";
import { layoutOf, rememberedLayout } from "./layouts.ts";

export interface LaidOut {
  readonly layout: CellLayout;
  /** Of all nodes, in the order of the layout's primitives. */
  readonly picks: readonly KeptCandidate[];
}

/** A cell with where everything stands; the one before while a new one is laid out, null before the first. */
export function useLayout(
  source: RunSource,
  picks: readonly (readonly KeptCandidate[])[],
  concat: readonly number[],
  flow: Flow,
): LaidOut | null {
  const cell = asCell(picks);
  const key = JSON.stringify([cell, concat, flow]);
  const atHand = rememberedLayout(key);
  const [shown, setShown] = useState<LaidOut | null>(null);
  const latest = useRef({ key, cell, concat, flow, picks });
  latest.current = { key, cell, concat, flow, picks };
  const isBusy = useRef(false);
  useEffect(() => {
    if (atHand !== null) setShown({ layout: atHand, picks: picks.flat() });
    else if (!isBusy.current) follow();

    async function follow(): Promise<void> {
      isBusy.current = true;
      for (let done = ""; done !== latest.current.key; ) {
        const { key: wanted, cell: own, concat: joined, flow: way, picks: entries } = latest.current;
        const layout = await layoutOf(source, wanted, own, joined, way);
        setShown({ layout, picks: entries.flat() });
        done = wanted;
      }
      isBusy.current = false;
    }
  }, [key]);
  return atHand === null ? shown : { layout: atHand, picks: picks.flat() };
}
