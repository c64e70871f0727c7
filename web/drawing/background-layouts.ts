/** @file Lays out panels by a worker, so that the page keeps drawing. */
import type { PanelLayout } from "../../src/export/panel-layout.ts";
import { RETRY_AFTER } from "../data/retry.ts";
import type { FlowingPanel } from "../data/source.ts";

export interface LayoutRequest {
  readonly id: number;
  readonly panel: FlowingPanel;
}

export interface LayoutAnswer {
  readonly id: number;
  readonly layout: PanelLayout;
}

interface Waiting {
  readonly request: LayoutRequest;
  readonly resolve: (layout: PanelLayout) => void;
}

export class BackgroundLayouts {
  readonly #waiting = new Map<number, Waiting>();
  #worker = this.#start();
  #nextId = 0;

  layOut(panel: FlowingPanel): Promise<PanelLayout> {
    const request: LayoutRequest = { id: this.#nextId++, panel };
    return new Promise((resolve) => {
      this.#waiting.set(request.id, { request, resolve });
      this.#worker.postMessage(request);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<LayoutAnswer>) => {
      this.#waiting.get(data.id)?.resolve(data.layout);
      this.#waiting.delete(data.id);
    });
    worker.addEventListener("error", () => {
      worker.terminate();
      setTimeout(() => this.#restart(), RETRY_AFTER);
    });
    return worker;
  }

  #restart(): void {
    this.#worker = this.#start();
    for (const { request } of this.#waiting.values()) this.#worker.postMessage(request);
  }
}
