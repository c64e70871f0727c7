/** @file The layouts of cells: each cell once, by whatever the source of the runs has for it. */
import type { CellLayout } from "../../src/export/cell-layout.ts";
import type { CellGenotype } from "../../src/space/index.ts";
import type { RunSource } from "../data/source.ts";

/** Layouts that are remembered; the one that was made longest ago goes first. */
const REMEMBERED = 500;

const known = new Map<string, CellLayout>();

/** The layout of a cell if it is remembered, or can be made at once. */
export function layoutAtHand(
  source: RunSource,
  key: string,
  cell: CellGenotype,
  concat: readonly number[],
): CellLayout | null {
  const layout = known.get(key);
  if (layout !== undefined) return layout;
  return source.layOutAtOnce === null ? null : remember(key, source.layOutAtOnce(cell, concat));
}

export async function layoutOf(
  source: RunSource,
  key: string,
  cell: CellGenotype,
  concat: readonly number[],
): Promise<CellLayout> {
  return remember(key, await source.layOut(cell, concat));
}

function remember(key: string, layout: CellLayout): CellLayout {
  known.set(key, layout);
  for (const oldest of known.keys()) if (known.size > REMEMBERED) known.delete(oldest);
  return layout;
}
