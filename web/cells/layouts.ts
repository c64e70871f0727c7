/** @file Where cells are laid out: by a worker, or in the page where there can be none, as in a report. Each cell once. */
import { type CellLayout, layoutCell } from "../../src/export/cell-layout.ts";
import type { CellGenotype } from "../../src/space/index.ts";

export interface LayoutRequest {
  readonly id: number;
  readonly cell: CellGenotype;
  readonly concat: readonly number[];
}

/** Layouts that are remembered; the one that was made longest ago goes first. */
const REMEMBERED = 500;

const known = new Map<string, CellLayout>();
const waiting = new Map<number, (layout: CellLayout) => void>();
let worker: Worker | null = null;
let nextId = 0;

/** The layout of a cell if it is remembered, or can be made at once. */
export function layoutAtHand(key: string, cell: CellGenotype, concat: readonly number[]): CellLayout | null {
  const layout = known.get(key);
  if (layout !== undefined) return layout;
  if (document.getElementById("report") === null) return null;
  return remember(key, layoutCell(cell, concat));
}

/** Loads the worker before there is a cell to lay out. */
export function prepareLayouts(): void {
  if (document.getElementById("report") === null) worker ??= startWorker();
}

/** The layout of a cell, made by the worker. */
export async function layoutOf(key: string, cell: CellGenotype, concat: readonly number[]): Promise<CellLayout> {
  worker ??= startWorker();
  const id = nextId++;
  const layout = await new Promise<CellLayout>((resolve) => {
    waiting.set(id, resolve);
    worker!.postMessage({ id, cell, concat } satisfies LayoutRequest);
  });
  return remember(key, layout);
}

function startWorker(): Worker {
  const started = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<{ id: number; layout: CellLayout }>) => {
    waiting.get(data.id)?.(data.layout);
    waiting.delete(data.id);
  });
  return started;
}

function remember(key: string, layout: CellLayout): CellLayout {
  known.set(key, layout);
  for (const oldest of known.keys()) if (known.size > REMEMBERED) known.delete(oldest);
  return layout;
}
