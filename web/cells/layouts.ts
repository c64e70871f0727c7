/** @file The layouts of cells: each cell once, by whatever the source of the runs has for it. */
import type { CellLayout } from "../../src/export/cell-layout.ts";
import type { CellOutline, RunSource } from "../data/source.ts";

/** Layouts that are remembered; the one that was made longest ago goes first. */
const REMEMBERED = 500;

const known = new Map<string, CellLayout>();

/** The layout of a cell that was laid out lately; null for any other. */
export function rememberedLayout(key: string): CellLayout | null {
  return known.get(key) ?? null;
}

export async function layoutOf(source: RunSource, key: string, outline: CellOutline): Promise<CellLayout> {
  const layout = await source.layOut(outline);
  known.set(key, layout);
  for (const oldest of known.keys()) if (known.size > REMEMBERED) known.delete(oldest);
  return layout;
}
