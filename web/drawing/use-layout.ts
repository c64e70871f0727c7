import { useEffect, useRef, useState } from "preact/hooks";
import type { Flow, PanelLayout } from "../../src/export/panel-layout.ts";
import type { RunSource } from "../data/source.ts";
import type { DrawnPanel } from "./drawn-panel.ts";
import { layoutOf, rememberedLayout } from "./layouts.ts";

export interface LaidOut {
  readonly layout: PanelLayout;
  readonly panel: DrawnPanel;
}

/** A panel with where everything stands; the one before while a new one is laid out, null before the first. */
export function useLayout(source: RunSource, panel: DrawnPanel, flow: Flow): LaidOut | null {
  const { inputs, nodes, output } = panel;
  const sources = nodes.map(({ terms }) => terms.map((term) => term.source));
  const wanted = { outline: { inputs: inputs.length, nodes: sources, joined: output.joined }, flow };
  const key = JSON.stringify(wanted);
  const atHand = rememberedLayout(key);
  const [shown, setShown] = useState<LaidOut | null>(null);
  const latest = useRef({ key, wanted, panel });
  latest.current = { key, wanted, panel };
  const isBusy = useRef(false);
  useEffect(() => {
    if (atHand !== null) setShown({ layout: atHand, panel });
    else if (!isBusy.current) follow();

    async function follow(): Promise<void> {
      isBusy.current = true;
      for (let done = ""; done !== latest.current.key; ) {
        const next = latest.current;
        const layout = await layoutOf(source, next.key, next.wanted);
        setShown({ layout, panel: next.panel });
        done = next.key;
      }
      isBusy.current = false;
    }
  }, [key]);
  return atHand === null ? shown : { layout: atHand, panel };
}
