import { useEffect, useRef, useState } from "preact/hooks";
import type { Flow, PanelLayout } from "../../src/export/panel-layout.ts";
import { CELL_INPUT_COUNT } from "../../src/spaces/darts/index.ts";
import type { KeptCandidate } from "../data/recovery.ts";
import type { RunSource } from "../data/source.ts";
import { layoutOf, rememberedLayout } from "./layouts.ts";

export interface LaidOut {
  readonly layout: PanelLayout;
  /** Of all nodes, in the order of the layout's operations. */
  readonly picks: readonly KeptCandidate[];
}

/** A cell with where everything stands; the one before while a new one is laid out, null before the first. */
export function useLayout(
  source: RunSource,
  picks: readonly (readonly KeptCandidate[])[],
  concat: readonly number[],
  flow: Flow,
): LaidOut | null {
  const nodes = picks.map((entries) => entries.map(({ source }) => source));
  const panel = { outline: { inputs: CELL_INPUT_COUNT, nodes, joined: concat }, flow };
  const key = JSON.stringify(panel);
  const atHand = rememberedLayout(key);
  const [shown, setShown] = useState<LaidOut | null>(null);
  const latest = useRef({ key, panel, picks });
  latest.current = { key, panel, picks };
  const isBusy = useRef(false);
  useEffect(() => {
    if (atHand !== null) setShown({ layout: atHand, picks: picks.flat() });
    else if (!isBusy.current) follow();

    async function follow(): Promise<void> {
      isBusy.current = true;
      for (let done = ""; done !== latest.current.key; ) {
        const wanted = latest.current;
        const layout = await layoutOf(source, wanted.key, wanted.panel);
        setShown({ layout, picks: wanted.picks.flat() });
        done = wanted.key;
      }
      isBusy.current = false;
    }
  }, [key]);
  return atHand === null ? shown : { layout: atHand, picks: picks.flat() };
}
