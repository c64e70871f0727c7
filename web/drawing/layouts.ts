/** @file The layouts of panels: each once, by whatever the source of the runs has for it. */
import type { PanelLayout } from "../../src/export/panel-layout.ts";
import type { FlowingPanel, RunSource } from "../data/source.ts";

/** Layouts that are remembered; the one that was made longest ago goes first. */
const REMEMBERED = 500;

const known = new Map<string, PanelLayout>();

/** The layout of a panel that was laid out lately; null for any other. */
export function rememberedLayout(key: string): PanelLayout | null {
  return known.get(key) ?? null;
}

export async function layoutOf(source: RunSource, key: string, panel: FlowingPanel): Promise<PanelLayout> {
  const layout = await source.layOut(panel);
  known.set(key, layout);
  for (const oldest of known.keys()) if (known.size > REMEMBERED) known.delete(oldest);
  return layout;
}
