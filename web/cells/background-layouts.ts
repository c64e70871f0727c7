/** @file Lays out cells by a worker, so that the page keeps drawing. */
import type { CellLayout } from "../../src/export/cell-layout.ts";
import type { CellGenotype } from "../../src/space/index.ts";

export interface LayoutRequest {
  readonly id: number;
  readonly cell: CellGenotype;
  readonly concat: readonly number[];
}

export interface LayoutAnswer {
  readonly id: number;
  readonly layout: CellLayout;
}

export class BackgroundLayouts {
  readonly #worker = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
  readonly #waiting = new Map<number, (layout: CellLayout) => void>();
  #nextId = 0;

  constructor() {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<LayoutAnswer>) => {
      this.#waiting.get(data.id)?.(data.layout);
      this.#waiting.delete(data.id);
    });
  }

  layOut(cell: CellGenotype, concat: readonly number[]): Promise<CellLayout> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage({ id, cell, concat } satisfies LayoutRequest);
    });
  }
}
